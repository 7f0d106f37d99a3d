"""Calls of the hotline, what the telephone system told of them, what was passed on to others, words of replies.

A caller's name and number and whatever was said are redactable rows: here are their ids alone (S3-14)."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Call(models.Model):
    """One call. `id`: the telephone system's. `person`, `desk`: who answered, or for whom it rings; nobody: for
    whoever of `post` sits free. `case_id`, `article`: what became of it. `simulated`: by the softphone; not counted."""

    class State(models.TextChoices):
        RINGING = "ringing", pgettext_lazy("call", "ringing")
        ANSWERED = "answered", pgettext_lazy("call", "answered")
        ENDED = "ended", pgettext_lazy("call", "ended")
        MISSED = "missed", pgettext_lazy("call", "missed")
        ABANDONED = "abandoned", pgettext_lazy("call", "given up by the caller")

    class Kind(models.TextChoices):
        COMPLAINT = "complaint", _("complaint")
        ENQUIRY = "enquiry", _("enquiry")
        SUGGESTION = "suggestion", _("suggestion")
        REPAIR = "repair", pgettext_lazy("call", "repair")

    class Outcome(models.TextChoices):
        CASE = "case", _("a case was registered")
        JOINED = "joined", _("belongs to a case that is open already")
        ANSWERED = "answered", pgettext_lazy("outcome of a call", "answered at once")
        TRANSFERRED = "transferred", _("passed on to others")
        NOTHING = "nothing", _("nothing to do (wrong number, silent, hung up)")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    line = models.CharField(max_length=40, blank=True)
    extension = models.CharField(max_length=20, blank=True)
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+")
    desk = models.ForeignKey("organization.Desk", models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey("organization.Post", models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RINGING)
    held = models.BooleanField(default=False)
    came_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    number = models.UUIDField(null=True)
    name = models.UUIDField(null=True)
    words = models.UUIDField(null=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    noted_at = models.DateTimeField(null=True)
    case_id = models.UUIDField(null=True)
    article = models.ForeignKey("reception.Article", models.PROTECT, null=True, related_name="calls")
    recording = models.ForeignKey("media.File", models.PROTECT, null=True, related_name="+")
    reply_wanted = models.BooleanField(default=False)
    simulated = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["body", "-came_at"], name="call_by_body"),
            models.Index(fields=["person", "state"], name="call_of_person"),
            models.Index(fields=["number"], name="call_by_number", condition=Q(number__isnull=False)),
            models.Index(fields=["case_id"], name="call_by_case", condition=Q(case_id__isnull=False)),
            models.Index(fields=["recording"], name="call_by_recording", condition=Q(recording__isnull=False)),
            models.Index(fields=["came_at"], name="call_alive", condition=Q(state__in=("ringing", "answered"))),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="") | Q(noted_at__isnull=False), name="call_outcome_has_a_moment"
            ),
        ]


class CallEvent(models.Model):
    """What the telephone system (or a person at a seat) told of a call, in the order of coming. `at`: as told."""

    call = models.ForeignKey("reception.Call", models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    got_at = models.DateTimeField()
    extension = models.CharField(max_length=20, blank=True)
    person = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "kind", "at", "extension"], name="call_event_once")]


class Transfer(models.Model):
    """What was passed on because it is not ours: to whom, when, what the caller was told (S0-22).

    `to_body`, or `to_name` of an institution that is no body of ours; `told`: id of a redactable text."""

    class Ground(models.TextChoices):
        OUTSIDE = "outside", _("outside our area")
        NOT_OURS = "not_ours", _("not our matter")
        EMERGENCY = "emergency", _("emergency: other service")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    call = models.ForeignKey("reception.Call", models.PROTECT, null=True, related_name="transfers")
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+")
    to_body = models.ForeignKey("organization.Body", models.PROTECT, null=True, related_name="+")
    to_name = models.CharField(max_length=100, blank=True)
    ground = models.CharField(max_length=10, choices=Ground.choices)
    told = models.UUIDField(null=True)
    at = models.DateTimeField()
    person = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_body__isnull=False) | ~Q(to_name=""), name="transfer_to_somebody")
        ]
        indexes = [models.Index(fields=["body", "-at"], name="transfer_by_body")]


class ReplyText(models.Model):
    """The words for the caller when a case ended in some way (`when`), with places for facts of the case: {number},
    {class}, {place}, {unit}, {city}, {received}. Data of the city (`replies.toml`)."""

    when = models.CharField(max_length=40, unique=True)
    text = models.CharField(max_length=500)
    text_en = models.CharField(max_length=500, blank=True)


class Article(models.Model):
    """One version of an article of the knowledge base (知识库). The highest version is the one in force between its
    days; older ones stay, so that a call keeps the words that were told. `keys`: its search keys."""

    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    question = models.CharField(max_length=200)
    answer = models.TextField(max_length=8000)
    keywords = models.CharField(max_length=300, blank=True)
    class_id = models.CharField(max_length=64, blank=True)
    body = models.ForeignKey("organization.Body", models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    current = models.BooleanField(default=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    keys = ArrayField(models.TextField(), default=list)
    initials = models.CharField(max_length=600, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="article_version_once"),
            models.UniqueConstraint(fields=["code"], condition=Q(current=True), name="article_one_current"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="article_ends_later"
            ),
        ]
        indexes = [GinIndex(fields=["keys"], name="article_keys", condition=Q(current=True))]
