"""Evidence of photos, their likeness, what looks wrong, and findings on collectors (asks 17; 采集问题认定)."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EvidenceRules(models.Model):
    """What a city folder's `evidence.toml` said from a day on; the newest day that has come counts."""

    since = models.DateField(unique=True)
    data = models.JSONField(default=dict)


class Evidence(models.Model):
    """One photo as one entry of a case uses it. What the device says of it (`made_at` to `app`), what the server knows
    (`received_at`, `skew`: seconds by which the device's clock is behind), what the camera wrote (`exif_*`), and what
    was measured by the job (`metres_*`, `fix_at`). Degrees are CGCS2000; None: not told.

    `stage`: before, after or check (what the photo shows); a photo sent from a desk has no device."""

    media = models.UUIDField()
    case_id = models.UUIDField()
    seq = models.IntegerField()
    act = models.CharField(max_length=30)
    stage = models.CharField(max_length=6)
    person = models.BigIntegerField(null=True)
    body = models.BigIntegerField(null=True)
    role = models.CharField(max_length=40, blank=True)
    device = models.UUIDField(null=True)
    app = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy = models.FloatField(null=True)
    mock = models.BooleanField(null=True)
    heading = models.FloatField(null=True)
    received_at = models.DateTimeField()
    skew = models.IntegerField(default=0)
    exif_made_at = models.DateTimeField(null=True)
    exif_lon = models.FloatField(null=True)
    exif_lat = models.FloatField(null=True)
    metres_case = models.FloatField(null=True)
    metres_fix = models.FloatField(null=True)
    fix_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "seq", "media"], name="evidence_once")]
        indexes = [
            models.Index(fields=["media"], name="evidence_media"),
            models.Index(fields=["person", "received_at"], name="evidence_person"),
            models.Index(fields=["device", "received_at"], name="evidence_device", condition=Q(device__isnull=False)),
            models.Index(fields=["id"], name="evidence_to_look", condition=Q(looked_at__isnull=True)),
        ]


class Likeness(models.Model):
    """The perceptual hash of a picture, of the whole (`view` 0) and of its inner part (1): 64 bits as a signed number.
    `bands`: the hash in four parts of 16 bits, each with its place in the bits above, for the index. A picture without
    anything on it has no hash and stands here so that nobody looks again."""

    media = models.UUIDField()
    view = models.SmallIntegerField()
    hash = models.BigIntegerField(null=True)
    bands = ArrayField(models.IntegerField(), default=list)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["media", "view"], name="likeness_once")]
        indexes = [GinIndex(fields=["bands"], name="likeness_bands")]


class Anomaly(models.Model):
    """Something about a photo that inspectors should look at. `value` and `bound`: what was measured and what would
    have been in order, in the unit of the kind. `other_case`, `other_media`: the other photo of a pair."""

    class State(models.TextChoices):
        NEW = "new", _("to be looked at")
        EXPLAINED = "explained", _("explained")
        FOUND = "found", _("finding proposed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    evidence = models.ForeignKey("collection.Evidence", models.CASCADE, related_name="anomalies")
    kind = models.CharField(max_length=20)
    severity = models.SmallIntegerField()
    case_id = models.UUIDField()
    person = models.BigIntegerField(null=True)
    body = models.BigIntegerField(null=True)
    other_case = models.UUIDField(null=True)
    other_media = models.UUIDField(null=True)
    value = models.FloatField(null=True)
    bound = models.FloatField(null=True)
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    words = models.TextField(blank=True)
    by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    finding = models.ForeignKey("collection.Finding", models.SET_NULL, null=True, related_name="anomalies")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["evidence", "kind"], name="anomaly_once")]
        indexes = [
            models.Index(fields=["-at", "-id"], name="anomaly_newest"),
            models.Index(fields=["person", "-at"], name="anomaly_person"),
            models.Index(fields=["case_id"], name="anomaly_case"),
        ]


class Finding(models.Model):
    """采集问题认定: a collector missed, falsely reported, hid or made something up. About a case (then number `no` of
    that case's own findings) or a patrol. `person`: the collector; `body`: theirs then; `district`: of the case.
    `appeal_until`: until when the collector may appeal."""

    class Kind(models.TextChoices):
        MISSED = "missed", pgettext_lazy("finding", "missed")
        FALSE = "false", pgettext_lazy("finding", "false")
        HIDDEN = "hidden", pgettext_lazy("finding", "hidden")
        MADE_UP = "made_up", pgettext_lazy("finding", "made up")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        DISMISSED = "dismissed", _("dismissed")
        CONFIRMED = "confirmed", _("confirmed")
        APPEALED = "appealed", _("appealed")
        UPHELD = "upheld", _("upheld after appeal")
        UNDONE = "undone", _("undone on appeal")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    case_id = models.UUIDField(null=True)
    no = models.IntegerField(null=True)
    patrol = models.ForeignKey("collection.Patrol", models.PROTECT, null=True, related_name="findings")
    number = models.CharField(max_length=60, blank=True)
    person = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    body = models.ForeignKey("organization.Body", models.PROTECT, null=True, related_name="+")
    district = models.BigIntegerField(null=True)
    proposed_by = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    confirmed_by = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    appeal_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "no"], name="finding_of_case_once"),
            models.CheckConstraint(
                condition=Q(case_id__isnull=False, no__isnull=False, patrol__isnull=True)
                | Q(case_id__isnull=True, patrol__isnull=False),
                name="finding_points_to_one",
            ),
        ]
        indexes = [
            models.Index(fields=["-proposed_at", "-id"], name="finding_newest"),
            models.Index(fields=["person", "-proposed_at"], name="finding_person"),
            models.Index(fields=["body", "confirmed_at"], name="finding_body"),
        ]


class FindingStep(models.Model):
    """What became of a finding, line by line, for good. `code`: the state that it led to. `text` (a redactable row) and
    `media`: what was said and shown with it."""

    finding = models.ForeignKey("collection.Finding", models.CASCADE, related_name="steps")
    code = models.CharField(max_length=10)
    person = models.BigIntegerField()
    post = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    text = models.UUIDField(null=True)
    media = ArrayField(models.UUIDField(), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["finding", "code"], name="finding_step_once")]
