"""Standing duties (长效管理): the city's files of rules, evidence by period, the lots of a day, spot checks; and the
checks by which maintenance money is paid out (维护经费核拨). What was sent is never changed and never deleted."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from citygrid.rulebook.models import RuleText, dated


class StandingFile(RuleText):
    """A file of the city's folder that this room keeps: standing.toml, upkeep.toml, leaders.toml, by its name."""

    class Meta:
        constraints = dated("standing_file", "code")


class StandingReport(models.Model):
    """Evidence of a period, as the unit sent it; a later one of the same period stands beside it. `first`, `last`: the
    period; `count`: of what the duty counts. `photos`: ids of files, in their order."""

    id = models.UUIDField(primary_key=True)
    duty = models.CharField(max_length=60)
    first = models.DateField()
    last = models.DateField()
    due = models.DateField()
    day = models.DateField()
    count = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    note = models.CharField(max_length=1000, blank=True)
    photos = ArrayField(models.UUIDField(), default=list)
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+")
    by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["duty", "first"], name="standing_report_of"),
            GinIndex(fields=["photos"], name="standing_report_photos"),
        ]

    def __str__(self) -> str:
        return f"{self.duty} {self.first}"


class StandingDraw(models.Model):
    """The lots of a day and a set: `frame` what was drawn from, `digest` its hash, `seed` by which the order is that of
    `drawing.ranked`, `drawn` the codes in their order."""

    set = models.CharField(max_length=60)
    day = models.DateField()
    seed = models.CharField(max_length=64)
    frame = ArrayField(models.CharField(max_length=60), default=list)
    digest = models.CharField(max_length=64)
    drawn = ArrayField(models.CharField(max_length=60), default=list)
    by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["set", "day"], name="standing_draw_once")]

    def __str__(self) -> str:
        return f"{self.set} {self.day}"


class StandingCheck(models.Model):
    """A spot check. `lines`: [key, zh, en, points, full, finding] as they were that day; `case_id`: what it opened.
    `voided_*`: a second person took it back; it counts no more. `draw` None: by occasion, not by lot."""

    id = models.UUIDField(primary_key=True)
    duty = models.CharField(max_length=60)
    set = models.CharField(max_length=60)
    unit = models.ForeignKey("organization.Body", models.PROTECT, related_name="+")
    draw = models.ForeignKey("evaluation.StandingDraw", models.PROTECT, null=True, related_name="checks")
    day = models.DateField()
    lines = models.JSONField(default=list)
    points = models.DecimalField(max_digits=10, decimal_places=2)
    full = models.DecimalField(max_digits=10, decimal_places=2)
    failed = models.BooleanField()
    note = models.CharField(max_length=1000, blank=True)
    photos = ArrayField(models.UUIDField(), default=list)
    case_id = models.UUIDField(null=True)
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+")
    by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    voided_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    voided_at = models.DateTimeField(null=True)
    voided_why = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["day", "set"], name="standing_check_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["draw", "duty"], condition=Q(draw__isnull=False, voided_at__isnull=True),
                name="standing_checked_once",
            ),
            models.CheckConstraint(condition=~Q(voided_by=F("by")), name="standing_void_second_person"),
            models.CheckConstraint(condition=Q(points__gte=0, points__lte=F("full")), name="standing_points_within"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.duty} {self.day}"


class FundCheck(models.Model):
    """What a unit is to be paid for a period (维护经费核拨): `day` of the register; `content`: rules, counts, score,
    terms and deductions as they were; `digest` of it once somebody else has confirmed."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        CONFIRMED = "confirmed"
        DROPPED = "dropped"

    id = models.UUIDField(primary_key=True)
    unit = models.ForeignKey("organization.Body", models.PROTECT, related_name="+")
    first = models.DateField()
    last = models.DateField()
    day = models.DateField()
    version = models.PositiveIntegerField()
    reason = models.CharField(max_length=500, blank=True)
    currency = models.CharField(max_length=3)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    content = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    confirmed_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "first", "last", "version"], name="fund_version_once"),
            models.UniqueConstraint(
                fields=["unit", "first", "last"], condition=Q(state="proposed"), name="fund_one_open"
            ),
            models.CheckConstraint(condition=~Q(confirmed_by=F("by")), name="fund_second_person"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="fund_confirmed_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.first} {self.last} {self.version}"
