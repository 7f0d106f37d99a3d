"""The commission (城管委): its meetings (例会), what they decide, reports of the problem library (S0-48, S0-49)."""

import uuid

from django.db import models
from django.db.models import F, Q


class Meeting(models.Model):
    """A meeting. `planned` until its minutes are issued; from then on nothing of it changes but the follow-up."""

    PLANNED, ISSUED = "planned", "issued"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+")
    held_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    minutes = models.ForeignKey("media.File", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["-held_at", "-id"], name="meeting_newest")]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> str:
        return self.PLANNED if self.issued_at is None else self.ISSUED


class Attendance(models.Model):
    """Who belonged to the commission on the day, as it was then, and whether they came."""

    meeting = models.ForeignKey("coordination.Meeting", models.CASCADE, related_name="attendants")
    member = models.ForeignKey("organization.Member", models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=60)
    office = models.CharField(max_length=100, blank=True)
    part = models.CharField(max_length=8)
    present = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "member"], name="attendance_once")]


class AgendaItem(models.Model):
    """One point of a meeting: a case of the library, or a matter in words. `decision`: what was decided; then somebody
    may owe something (`body`, `due`), which is `done_at` some day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    meeting = models.ForeignKey("coordination.Meeting", models.CASCADE, related_name="items")
    order = models.PositiveIntegerField()
    case_id = models.UUIDField(null=True)
    ground = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=300, blank=True)
    decision = models.CharField(max_length=4000, blank=True)
    decided_at = models.DateTimeField(null=True)
    body = models.ForeignKey("organization.Body", models.PROTECT, null=True, related_name="+")
    due = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    done_note = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "case_id"], name="agenda_case_once"),
            models.CheckConstraint(condition=Q(case_id__isnull=False) | ~Q(title=""), name="agenda_is_something"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(done_at__gte=F("decided_at")), name="agenda_done"
            ),
        ]
        indexes = [models.Index(fields=["case_id"], name="agenda_case")]


class LibraryReport(models.Model):
    """问题库报告: the library of a month as it stood when the report was issued. `rows` and the file never change.

    `rows` hold ids, codes and moments, no free text: what people wrote stays where it can be forgotten."""

    month = models.DateField()
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+")
    by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    rows = models.JSONField()
    file = models.ForeignKey("media.File", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "month", "number"], name="library_report_once")]
        indexes = [models.Index(fields=["-at", "-id"], name="library_newest")]
