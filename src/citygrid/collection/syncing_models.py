"""What devices send: which devices there are, each entry once with its answer, files on their way in."""

from django.db import models
from django.db.models import F, Q


class Device(models.Model):
    """A phone as one person uses it; the id is the phone's own choice, kept in the browser. A lead who blocks one stops
    it for everybody (`devices.py`)."""

    device = models.UUIDField()
    person = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    post = models.ForeignKey("organization.Post", models.PROTECT, related_name="+")
    name = models.CharField(max_length=80, blank=True)
    agent = models.CharField(max_length=300, blank=True)
    app = models.CharField(max_length=40, blank=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    blocked_at = models.DateTimeField(null=True)
    blocked_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "person"], name="device_of_person")]
        indexes = [models.Index(fields=["person", "-last_at"], name="device_by_person")]


class SentEntry(models.Model):
    """One entry of a batch and what it was answered: written in the transaction that did it, so that both are there or
    neither (docs/decisions/0019). `digest`: keyed hash of the body; what it said is not kept here. `skew`: seconds by
    which the device's clock was found to be behind (negative: ahead)."""

    person = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    post = models.ForeignKey("organization.Post", models.PROTECT, related_name="+")
    entry = models.UUIDField()
    kind = models.CharField(max_length=40)
    digest = models.BinaryField(max_length=32)
    state = models.CharField(max_length=8)
    code = models.CharField(max_length=60, blank=True)
    message = models.CharField(max_length=500, blank=True)
    facts = models.JSONField(default=dict)
    device = models.UUIDField()
    made_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    skew = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "entry"], name="sent_entry_once")]
        indexes = [models.Index(fields=["person", "-at"], name="sent_entry_by_person")]


class SentFile(models.Model):
    """A file that comes in pieces. `file`: the device's id; `media`: the id of the whole, once it is kept. `facts`:
    what the device says of it (made_at, lon, lat, accuracy, mock, heading). `code`: why it was refused. `entry`,
    `case`: by which entry it was used, and for which case. `shown_at`: when the forms that pages show were made."""

    person = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    post = models.ForeignKey("organization.Post", models.PROTECT, related_name="+")
    file = models.UUIDField()
    device = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    mime = models.CharField(max_length=100, blank=True)
    received = models.BigIntegerField(default=0)
    facts = models.JSONField(default=dict)
    code = models.CharField(max_length=40, blank=True)
    media = models.UUIDField(null=True)
    entry = models.UUIDField(null=True)
    case = models.UUIDField(null=True)
    at = models.DateTimeField()
    last_at = models.DateTimeField()
    whole_at = models.DateTimeField(null=True)
    shown_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "file"], name="sent_file_once"),
            models.CheckConstraint(condition=Q(received__lte=F("size"), received__gte=0), name="sent_file_within"),
        ]
        indexes = [
            models.Index(fields=["last_at"], name="sent_file_open", condition=Q(media__isnull=True)),
            models.Index(
                fields=["whole_at"], name="sent_file_unshown", condition=Q(media__isnull=False, shown_at=None)
            ),
            models.Index(fields=["media"], name="sent_file_media", condition=Q(media__isnull=False)),
            models.Index(fields=["entry"], name="sent_file_entry", condition=Q(entry__isnull=False)),
        ]
