"""What leaves the house: a row for each message to one recipient by one channel, and what is known of recipients."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class State(models.TextChoices):
    """`failed`: a person must look. `given_up`: a person decided so. `suppressed`: nobody wanted or could have it."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    GIVEN_UP = "given_up"
    SUPPRESSED = "suppressed"


class Delivery(models.Model):
    """One message to one recipient by one channel. `params`: ids and codes, no personal data; the address is looked up
    when it is sent. `key`: the same message to the same recipient is one row, and the provider is told the key."""

    key = models.UUIDField(unique=True)
    event = models.CharField(max_length=60)
    case_id = models.UUIDField(null=True)
    params = models.JSONField(default=dict)
    channel = models.CharField(max_length=20)
    person = models.BigIntegerField(null=True)
    phone = models.UUIDField(null=True)
    """A sealed row of trust/redactable.py: whoever has no account."""
    subscription = models.BigIntegerField(null=True)
    language = models.CharField(max_length=10)
    digest = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=State.choices)
    at = models.DateTimeField()
    next_try = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    provider_id = models.CharField(max_length=100, blank=True)
    sent_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    reason = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_try", "id"], name="delivery_due", condition=Q(state="queued")),
            models.Index(fields=["started_at"], name="delivery_sending", condition=Q(state="sending")),
            models.Index(fields=["at"], name="delivery_failed", condition=Q(state="failed")),
            models.Index(fields=["-id"], name="delivery_newest"),
            models.Index(fields=["case_id"], name="delivery_case"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(phone__isnull=False) | Q(state__in=("failed", "given_up")),
                name="delivery_has_a_recipient",
            )
        ]


class Address(models.Model):
    """Where a person is reached by a channel; the value is a sealed row of trust/redactable.py."""

    person = models.BigIntegerField()
    channel = models.CharField(max_length=20)
    value = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "channel"], name="address_once")]


class Subscription(models.Model):
    """A browser that takes push messages of one person. `info`: as the browser gave it (endpoint and keys)."""

    person = models.BigIntegerField(db_index=True)
    digest = models.CharField(max_length=64, unique=True)
    info = models.JSONField()
    device = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()


class Wish(models.Model):
    """What a person wants: the language of messages, and which optional ones not (`event:channel`)."""

    person = models.BigIntegerField(primary_key=True)
    language = models.CharField(max_length=10)
    off = ArrayField(models.CharField(max_length=80), default=list)


class Ring(models.Model):
    """A message that is repeated until a work item is done. `draft`: as it was first sent; `left`: how often still."""

    case_id = models.UUIDField()
    item = models.IntegerField()
    draft = models.JSONField()
    next_at = models.DateTimeField(db_index=True)
    left = models.SmallIntegerField()
    count = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "item"], name="ring_once")]


class RuleSet(models.Model):
    """What a city folder's `notices.toml` said from a day on; the newest day that has come counts."""

    since = models.DateField(unique=True)
    data = models.JSONField()
