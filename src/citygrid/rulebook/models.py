"""指挥手册 and 监督手册 as rows: classes, conditions, responsibilities, calendars, variants (S1-53, S4-15).

Every row but an edition holds from `valid_from` up to, not including, `valid_to` (S4-40). A change closes
the old row and opens a new one; a row that has been in force is never rewritten. `origin` tells rows of a
shipped edition from the city's own, which are the ones that a city folder holds.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Kind(models.TextChoices):
    COMPONENT = "component"
    EVENT = "event"
    WARNING = "warning"


class Origin(models.TextChoices):
    EDITION = "edition"
    CITY = "city"


class Dated(models.Model):
    """A row that is in force for a span of days of the city's own time."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        abstract = True


def dated(name: str, *keys: str) -> list[models.BaseConstraint]:
    """One version of a thing a day, which ends after it starts."""
    ends = Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from"))
    return [
        models.UniqueConstraint(fields=[*keys, "valid_from"], name=f"{name}_once_a_day"),
        models.UniqueConstraint(fields=list(keys), condition=Q(valid_to__isnull=True), name=f"{name}_open_once"),
        models.CheckConstraint(condition=ends, name=f"{name}_ends_after_start"),
    ]


class Edition(models.Model):
    """One edition of the standard's numbering; class ids begin with its key."""

    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    numbering = models.CharField(max_length=20)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    def __str__(self) -> str:
        return self.name


class ManagedClass(Dated):
    """A class (小类) of components, events or warnings: its card in the manual (S1-54, S1-55, S1-60)."""

    class_id = models.CharField(max_length=80)
    edition = models.ForeignKey("rulebook.Edition", models.PROTECT, related_name="classes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=200, blank=True)
    major = models.CharField(max_length=20)
    major_name = models.CharField(max_length=100, blank=True)
    geometry = models.CharField(max_length=10, blank=True)
    local = models.BooleanField(default=False)
    initials = models.CharField(max_length=100)
    before_photos = models.PositiveSmallIntegerField(default=1)
    before_films = models.PositiveSmallIntegerField(default=0)
    before_sounds = models.PositiveSmallIntegerField(default=0)
    after_photos = models.PositiveSmallIntegerField(default=1)
    check_photos = models.PositiveSmallIntegerField(default=1)
    enforcement = models.BooleanField(default=False)
    self_handle = models.BooleanField(default=False)
    auto_dispatch = models.BooleanField(default=False)
    origin = models.CharField(max_length=8, choices=Origin.choices)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            *dated("class", "class_id"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="class_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.class_id} {self.name}"


class Condition(Dated):
    """立案条件 of a class: what it takes to file, the limits, when to close, whom to try (GB/T 30428.8).

    `safety` is the public-safety flag of S4-24, apart from `urgent` (a limit that runs on the clock).
    `arrival` and `make_safe` are limits from dispatch, apart from the handling limit (S4-25, S4-26, S1-57).
    `unit_types`: kinds of unit in order of trial."""

    class_id = models.CharField(max_length=80)
    no = models.CharField(max_length=10)
    text = models.TextField()
    text_en = models.TextField(blank=True)
    limit = models.CharField(max_length=40, blank=True)
    arrival = models.CharField(max_length=40, blank=True)
    make_safe = models.CharField(max_length=40, blank=True)
    level = models.CharField(max_length=20, blank=True)
    urgent = models.BooleanField(default=False)
    safety = models.BooleanField(default=False)
    closing = models.TextField(blank=True)
    unit_types = ArrayField(models.CharField(max_length=100), default=list)
    origin = models.CharField(max_length=8, choices=Origin.choices)
    note = models.TextField(blank=True)

    class Meta:
        constraints = dated("condition", "class_id", "no")

    def __str__(self) -> str:
        return f"{self.class_id} {self.no}"


class Responsibility(Dated):
    """Who answers for classes (an id, or a prefix that ends in `*`) in an area (its code; empty: everywhere).

    `trial` orders those who are equal otherwise. Areas are kept by code: a new shape changes no duty."""

    class Duty(models.TextChoices):
        OWNER = "owner"
        MAINTAINER = "maintainer"
        CLASS_AREA = "class_area"
        TERRITORY = "territory"

    classes = models.CharField(max_length=80)
    area = models.CharField(max_length=32, blank=True)
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="responsibilities")
    kind = models.CharField(max_length=12, choices=Duty.choices)
    trial = models.PositiveSmallIntegerField(default=1)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            *dated("responsibility", "classes", "area", "kind", "body"),
            models.CheckConstraint(
                condition=Q(kind__in=["owner", "maintainer", "class_area", "territory"]),
                name="responsibility_kind",
            ),
        ]
        indexes = [models.Index(fields=["area"], name="responsibility_area")]


class YearRow(Dated):
    """A year of the calendar table: published, or provisional (weekends only)."""

    year = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=12)

    class Meta:
        constraints = dated("year", "year")


class DayRow(Dated):
    """A holiday or a make-up day of the calendar table."""

    date = models.DateField()
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = dated("day", "date")


class RuleText(Dated):
    """A rule that is a text in TOML: the city's profile, a calendar, a variant, a scheme.

    The text itself is kept, comments and all: an export gives back what was imported, byte for byte."""

    code = models.CharField(max_length=60)
    text = models.TextField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.code


class Profile(RuleText):
    """city.toml: names, time zone, codes, editions, number templates, calendar, lights, variants in use."""

    class Meta:
        constraints = dated("profile", "code")


class CalendarRow(RuleText):
    """calendars/*.toml: working hours of a centre or a unit."""

    class Meta:
        constraints = dated("calendar", "code")


class VariantRow(RuleText):
    """variants/*.toml: 管理模式. The profile says which one holds where."""

    class Meta:
        constraints = dated("variant", "code")


class SchemeRow(RuleText):
    """schemes/*.toml: evaluation schemes; `evaluation` reads them."""

    class Meta:
        constraints = dated("scheme", "code")


class RulesVersion(models.Model):
    """A slice that was in force, by its content hash: an old case keeps the rules that it was filed under."""

    hash = models.CharField(max_length=64, primary_key=True)
    valid_from = models.DateField()
    snapshot = models.TextField()
    made_at = models.DateTimeField(auto_now_add=True)


class RulebookState(models.Model):
    """One row: a mark that changes with every change of the rulebook; memories of it are then old."""

    mark = models.CharField(max_length=32)
