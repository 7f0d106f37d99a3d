"""What the reports of the evaluation keep: what the office said once, templates by version, reports that were made."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from citygrid.bulletins.open_data_models import OpenDataRules, OpenRelease  # noqa: F401 - their tables belong to this app


class OfficeRules(models.Model):
    """The city's own `bulletins.toml` as a table; each change is a row, the newest holds. `by`: none from a folder."""

    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="bulletin_rules_newest")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class Template(models.Model):
    """A version of the Word template of a kind of report; the newest that was not taken back holds. Never changed."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=10)
    lang = models.CharField(max_length=2)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    note = models.CharField(max_length=500, blank=True)
    file = models.ForeignKey("media.File", models.PROTECT, related_name="+")
    made_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "lang", "version"], name="bulletin_template_version")]

    def __str__(self) -> str:
        return f"{self.kind} {self.lang} {self.version}"


class Report(models.Model):
    """A report that was asked for, and its files once it is made.

    `area`: the code of the area that it is about (empty: all that the asker has). `seat`: on whose post it was asked
    for, whose scope it has (none: the schedule, which has everything or its area). `within`: that scope
    when it was asked for, as `reaching.text_of` writes it; empty where `everything`. `sheet`: the texts as they stand
    in the files; `digest`: SHA-256 of them. `code`: why it failed."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        WORKING = "working", _("is being made")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=10)
    lang = models.CharField(max_length=2)
    first = models.DateField()
    last = models.DateField()
    schemes = models.JSONField()
    heading = models.JSONField(default=dict)
    serial = models.PositiveIntegerField(null=True)
    everything = models.BooleanField(default=False)
    area = models.CharField(max_length=32, blank=True, default="")
    within = models.TextField(blank=True, default="")
    seat = models.ForeignKey("organization.Seat", models.PROTECT, null=True, related_name="+")
    body = models.ForeignKey("organization.Body", models.PROTECT, null=True, related_name="+")
    schedule = models.CharField(max_length=60, blank=True)
    template = models.ForeignKey("bulletins.Template", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    percent = models.PositiveSmallIntegerField(default=0)
    doing = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=60, blank=True)
    said = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True)
    sheet = models.JSONField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    docx = models.ForeignKey("media.File", models.PROTECT, null=True, related_name="+")
    pdf = models.ForeignKey("media.File", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["-asked_at"], name="bulletin_report_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "first", "last"], condition=~Q(schedule=""), name="bulletin_scheduled_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(docx__isnull=False, pdf__isnull=False), name="bulletin_ready_has_files"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.first} {self.last}"
