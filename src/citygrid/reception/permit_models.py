"""Permits (许可): what somebody is allowed to do somewhere for some time, so that a complaint about it is no problem to
be handled (S2-45)."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language

from citygrid.maps.native import BoxField


class PermitKind(models.Model):
    """A kind of permits as the city calls it. `classes`: ids of classes that it covers, or prefixes that end in *.

    `metres`: how far around its place a permit holds that says nothing else. `register`: entries of this register of
    another department are permits of the kind too; `hours_field`: which fact of an entry has the hours of day."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    classes = ArrayField(models.CharField(max_length=64), default=list)
    metres = models.PositiveIntegerField(default=0)
    register = models.CharField(max_length=40, blank=True)
    hours_field = models.CharField(max_length=40, blank=True)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        """The name in the reader's language."""
        return self.name_en if self.name_en and not (get_language() or "zh").startswith("zh") else self.name


class Permit(models.Model):
    """One permit. `holder`, `what`: redactable texts. `shape`: point, line or area (WKB in degrees); `metres` around it
    (None: the kind's); `box`: all of that in metres of the city's projection, for looking up. Both days are included;
    `starts`, `ends`: hours of day (past midnight when `ends` is not later), both empty: all day. `classes`: empty: the
    kind's. A permit that is taken back has `ended_at`; none is deleted."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4)
    kind = models.ForeignKey("reception.PermitKind", models.PROTECT, related_name="permits")
    number = models.CharField(max_length=60)
    holder = models.UUIDField(null=True)
    what = models.UUIDField(null=True)
    shape = models.BinaryField()
    lon = models.FloatField()
    lat = models.FloatField()
    box = BoxField()
    metres = models.PositiveIntegerField(null=True)
    first_day = models.DateField()
    last_day = models.DateField()
    starts = models.TimeField(null=True)
    ends = models.TimeField(null=True)
    classes = ArrayField(models.CharField(max_length=64), default=list)
    document = models.ForeignKey("media.File", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="permit_number_once"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="permit_ends_after_start"),
            models.CheckConstraint(
                condition=Q(starts__isnull=True, ends__isnull=True) | Q(starts__isnull=False, ends__isnull=False),
                name="permit_both_hours",
            ),
        ]
        indexes = [
            GistIndex(fields=["box"], name="permit_box"),
            models.Index(fields=["last_day", "id"], name="permit_by_last_day"),
        ]

    @property
    def code(self) -> str:
        """What an entry of a timeline keeps of it: letters and digits only, whatever the number looks like."""
        return f"P{self.pk}"


class SentPermits(models.Model):
    """A file of permits as it was sent, until it is taken over or given up; its bytes go then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    sent_by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
