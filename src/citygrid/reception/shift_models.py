"""Who sits at which seat of the centre in which state, and the hand-over sheets of shifts (交接班)."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Sitting(models.Model):
    """Somebody at a seat (座席) from a moment up to, not including, another. `state_since`: since when as it is now."""

    class State(models.TextChoices):
        FREE = "free", _("free")
        RINGING = "ringing", _("ringing")
        TALKING = "talking", _("on a call")
        WRAPPING = "wrapping", _("after a call")
        PAUSED = "paused", _("pause")

    desk = models.ForeignKey("organization.Desk", models.PROTECT, related_name="+")
    person = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    post = models.ForeignKey("organization.Post", models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.FREE)
    state_since = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="sitting_ends"),
            models.UniqueConstraint(fields=["desk"], condition=Q(until__isnull=True), name="sitting_one_a_desk"),
            models.UniqueConstraint(fields=["person"], condition=Q(until__isnull=True), name="sitting_one_a_person"),
        ]


class HandOver(models.Model):
    """The sheet of one shift of a body. `content`: ids and counts, drawn up anew until the first signature, then
    frozen. `notes`: ids of redactable texts, in order. `marks`: cases that the leader wants the next one to see."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+")
    shift = models.CharField(max_length=20)
    day = models.DateField()
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    made_at = models.DateTimeField()
    content = models.JSONField(default=dict)
    marks = ArrayField(models.UUIDField(), default=list)
    notes = ArrayField(models.UUIDField(), default=list)
    left_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    left_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "shift", "day"], name="hand_over_once_a_shift"),
            models.CheckConstraint(
                condition=Q(taken_by__isnull=True) | (Q(left_by__isnull=False) & ~Q(taken_by=F("left_by"))),
                name="hand_over_by_two",
            ),
        ]
        indexes = [models.Index(fields=["body", "-starts"], name="hand_over_by_body")]
