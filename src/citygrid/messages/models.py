"""One outbox, one inbox, and the notices that people read."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from citygrid.messages.delivery_models import Address, Delivery, Ring, RuleSet, Subscription, Wish

__all__ = ["Address", "Delivery", "Inbox", "Notice", "Outbox", "Ring", "RuleSet", "Subscription", "Wish"]


class Outbox(models.Model):
    """Something that happened and that others want to know. `next_try` empty: given up, a person must
    look."""

    topic = models.CharField(max_length=60)
    key = models.CharField(max_length=64)
    payload = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(db_default=0)
    next_try = models.DateTimeField(null=True, db_default=Now())
    error = models.CharField(max_length=200, blank=True, db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["next_try", "id"], name="outbox_to_do", condition=Q(done_at__isnull=True)),
            models.Index(fields=["done_at"], name="outbox_done", condition=Q(done_at__isnull=False)),
        ]


class Inbox(models.Model):
    """Something another system told us, once by source and key."""

    source = models.CharField(max_length=60)
    key = models.CharField(max_length=128)
    payload = models.JSONField(default=dict)
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="inbox_once")]
        indexes = [models.Index(fields=["at"], name="inbox_to_do", condition=Q(done_at__isnull=True))]


class Notice(models.Model):
    """A line for one person, one post or all of a body. `code` and `params` make the sentence; no personal
    data."""

    person = models.BigIntegerField(null=True)
    post = models.BigIntegerField(null=True)
    body = models.BigIntegerField(null=True)
    case_id = models.UUIDField(null=True)
    code = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(post__isnull=False) | Q(body__isnull=False),
                name="notice_has_a_reader",
            )
        ]
        indexes = [
            models.Index(fields=["person", "-at"], name="notice_person", condition=Q(read_at__isnull=True)),
            models.Index(fields=["post", "-at"], name="notice_post", condition=Q(read_at__isnull=True)),
            models.Index(fields=["body", "-at"], name="notice_body", condition=Q(read_at__isnull=True)),
            models.Index(fields=["person", "-id"], name="notice_of_person", condition=Q(person__isnull=False)),
            models.Index(fields=["at"], name="notice_age"),
            models.Index(fields=["case_id"], name="notice_case"),
        ]
