"""Redactable rows, the audit, anchors."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class Redactable(models.Model):
    """Personal data or free text, outside the timeline. Entries hold its id and digest only.

    Names and numbers are sealed, with their salt inside the seal: without the key the digest cannot be
    tried out.
    Free text is plain, so that it can be searched. Redaction empties everything but id, kind and digest.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20)
    digest = models.BinaryField()
    salt = models.BinaryField(null=True)
    plain = models.TextField(null=True)
    bigrams = ArrayField(models.TextField(), null=True)
    key_name = models.CharField(max_length=8, null=True)
    sealed = models.BinaryField(null=True)
    lookup = models.BinaryField(null=True)
    made_at = models.DateTimeField()
    redacted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            GinIndex(fields=["bigrams"], name="redactable_bigrams", condition=Q(bigrams__isnull=False)),
            models.Index(fields=["lookup"], name="redactable_lookup", condition=Q(lookup__isnull=False)),
        ]


class AuditRecord(models.Model):
    """Who did, saw, exported, was refused what, and from where. Only ever added to: a trigger refuses the
    rest."""

    at = models.DateTimeField(db_index=True)
    person = models.BigIntegerField(null=True)
    seat = models.BigIntegerField(null=True)
    post = models.BigIntegerField(null=True)
    act = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=30, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=10)
    code = models.CharField(max_length=60, blank=True)
    params = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "at"], name="audit_by_subject"),
            models.Index(fields=["person", "at"], name="audit_by_person"),
        ]


class AuditSeal(models.Model):
    """Lines of the audit bound together, chained to the seal before (`seals.py`). `lines`: ids in rising order."""

    number = models.BigIntegerField(unique=True)
    algorithm = models.CharField(max_length=10, default="sha256")
    previous = models.BinaryField()
    root = models.BinaryField()
    lines = ArrayField(models.BigIntegerField())
    last = models.BigIntegerField(db_index=True)
    made_at = models.DateTimeField()


class Forgetting(models.Model):
    """Proof of what was forgotten (`forgetting.py`): ids of rows in rising order, their digests bound by the root.
    Only ever added to: a trigger refuses the rest. `cause`: what asked for it, such as a decision's id."""

    number = models.BigIntegerField(unique=True)
    algorithm = models.CharField(max_length=10)
    previous = models.BinaryField()
    root = models.BinaryField()
    at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    cause_kind = models.CharField(max_length=30, blank=True)
    cause_id = models.CharField(max_length=64, blank=True)
    counts = models.JSONField()
    ids = ArrayField(models.UUIDField())


class Anchor(models.Model):
    """The root over the heads that changed since the anchor before, chained to that one's root."""

    number = models.BigIntegerField(unique=True)
    day = models.DateField()
    algorithm = models.CharField(max_length=10, default="sha256")
    previous = models.BinaryField()
    root = models.BinaryField()
    count = models.BigIntegerField()
    made_at = models.DateTimeField()
    exported_at = models.DateTimeField(null=True)


class AnchorHead(models.Model):
    """One case's head when the anchor was made."""

    anchor = models.ForeignKey("trust.Anchor", models.PROTECT, related_name="heads")
    case_id = models.UUIDField()
    seq = models.BigIntegerField()
    head = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["anchor", "case_id"], name="anchor_head_once")]
        indexes = [models.Index(fields=["case_id", "anchor"], name="anchor_head_by_case")]
