"""Patrols, daily logs, and the city's rules about both (CJ/T 422: sign-in, patrol, check of the collectors)."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q


class PatrolRules(models.Model):
    """`patrol.toml` of the city folder as it holds from a day on, until a later row; only what it says."""

    valid_from = models.DateField(unique=True)
    data = models.JSONField(default=dict)


class Patrol(models.Model):
    """One person on one shift, from sign-in to sign-out. `id` is that of the sign-in, made by the device.

    `day`: the day on which the shift begins. `planned_*`: the shift by the roster, None without one. `duty_grids`:
    codes, as the roster or the post had them. `areas`, `bodies`, `persons`: who may see it (`Scope.sql`).
    `in_metres`, `out_metres`: how far from the duty grid the place was, 0 inside. `figures`: what was counted when the
    thing's fixes were last looked at (`patrol/figures.py`)."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    post = models.ForeignKey("organization.Post", models.PROTECT, related_name="+")
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+")
    day = models.DateField()
    shift = models.CharField(max_length=20, blank=True)
    planned_starts = models.DateTimeField(null=True)
    planned_ends = models.DateTimeField(null=True)
    duty_grids = ArrayField(models.CharField(max_length=32), default=list)
    areas = ArrayField(models.BigIntegerField(), default=list)
    bodies = ArrayField(models.BigIntegerField(), default=list)
    persons = ArrayField(models.BigIntegerField(), default=list)
    device = models.UUIDField()

    in_at = models.DateTimeField()
    in_received_at = models.DateTimeField()
    in_lon = models.FloatField(null=True)
    in_lat = models.FloatField(null=True)
    in_accuracy = models.FloatField(null=True)
    in_mock = models.BooleanField(null=True)
    in_metres = models.FloatField(null=True)

    out_id = models.UUIDField(null=True)
    out_at = models.DateTimeField(null=True)
    out_received_at = models.DateTimeField(null=True)
    out_lon = models.FloatField(null=True)
    out_lat = models.FloatField(null=True)
    out_accuracy = models.FloatField(null=True)
    out_mock = models.BooleanField(null=True)
    out_metres = models.FloatField(null=True)

    figures = models.JSONField(default=dict)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(out_at__isnull=True) | Q(out_at__gte=F("in_at")), name="patrol_ends_after_start"
            ),
            models.UniqueConstraint(fields=["person", "in_at"], name="patrol_begins_once"),
        ]
        indexes = [
            models.Index(fields=["day", "body"], name="patrol_by_day"),
            models.Index(fields=["person", "day"], name="patrol_by_person"),
            GinIndex(fields=["areas"], name="patrol_by_area"),
        ]


class DayLog(models.Model):
    """What a collector wrote about a day (工作日志). `id` is made by the device; a later one of the same day stands
    beside the earlier."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    post = models.ForeignKey("organization.Post", models.PROTECT, related_name="+")
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+")
    patrol = models.ForeignKey("collection.Patrol", models.SET_NULL, null=True, related_name="logs")
    day = models.DateField()
    text = models.TextField()
    made_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "day"], name="day_log_by_person")]
