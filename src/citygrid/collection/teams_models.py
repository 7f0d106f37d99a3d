"""Quotas, roll calls, samples and the statements of contractors (`teams/`)."""

import uuid

from django.db import models
from django.db.models import F, Q


class Quota(models.Model):
    """工作定额: what is expected from a day on, of a post, of a body and those below it, or of everybody (neither).

    `measure`: a key of `teams/quotas.MEASURES`. `amount`: a number a day worked, or a share in percent; None: from that
    day on nothing is expected any more. The newest row of the narrowest subject holds."""

    since = models.DateField()
    body = models.ForeignKey("organization.Body", models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey("organization.Post", models.PROTECT, null=True, related_name="+")
    measure = models.CharField(max_length=30)
    amount = models.DecimalField(max_digits=8, decimal_places=2, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["since", "body", "post", "measure"], nulls_distinct=False, name="quota_once_a_day"
            ),
            models.CheckConstraint(condition=Q(body__isnull=True) | Q(post__isnull=True), name="quota_one_subject"),
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gte=0), name="quota_not_negative"),
        ]


class RollCall(models.Model):
    """点名: a lead calls some of those who are on duty. `chosen` by hand, or drawn at random from `eligible` (ids of
    persons, sorted) by `seed`: anybody can draw again and gets the same. Never changed."""

    class Chosen(models.TextChoices):
        BY_HAND = "by_hand"
        AT_RANDOM = "at_random"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+")
    by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    due = models.DateTimeField()
    photo = models.BooleanField(default=True)
    chosen = models.CharField(max_length=10, choices=Chosen.choices)
    seed = models.CharField(max_length=32, blank=True)
    eligible = models.JSONField(default=list)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(due__gt=F("at")), name="roll_call_due_later")]
        indexes = [models.Index(fields=["-at", "-id"], name="roll_call_newest")]


class Called(models.Model):
    """Somebody who was called. `body`: theirs when they were called. `made_at`: when the device says they answered;
    `received_at`: when it came. `inside`: whether the place lay in a duty grid of theirs then; None: they had none."""

    call = models.ForeignKey("collection.RollCall", models.PROTECT, related_name="called")
    person = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    post = models.ForeignKey("organization.Post", models.PROTECT, related_name="+")
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+")
    entry = models.UUIDField(null=True)
    made_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy = models.FloatField(null=True)
    mock = models.BooleanField(null=True)
    inside = models.BooleanField(null=True)
    photo = models.ForeignKey("media.File", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "person"], name="called_once")]
        indexes = [models.Index(fields=["person", "-call"], name="called_person")]


class Sample(models.Model):
    """主管抽样: work that was done, drawn by stratum with a seed, to be inspected one by one. `strata`: stratum ->
    [how many there were, how many were drawn]. `asked`: body, person, kind of work, first and last day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+")
    person = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    measure = models.CharField(max_length=30)
    first = models.DateField()
    last = models.DateField()
    by_stratum = models.CharField(max_length=10)
    size = models.PositiveIntegerField()
    seed = models.CharField(max_length=32)
    strata = models.JSONField()
    frame = models.CharField(max_length=64)
    by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="sample_newest")]


class Sampled(models.Model):
    """One piece of work of a sample, and what its inspector found."""

    sample = models.ForeignKey("collection.Sample", models.PROTECT, related_name="items")
    order = models.PositiveIntegerField()
    case_id = models.UUIDField()
    no = models.PositiveIntegerField()
    person = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    stratum = models.CharField(max_length=64)
    done_at = models.DateTimeField()
    agrees = models.BooleanField(null=True)
    note = models.CharField(max_length=1000, blank=True)
    judged_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sample", "case_id", "no"], name="sampled_once"),
            models.CheckConstraint(
                condition=Q(agrees__isnull=True, judged_at__isnull=True)
                | Q(agrees__isnull=False, judged_at__isnull=False, judged_by__isnull=False),
                name="sampled_judged_by_somebody",
            ),
        ]


class PriceList(models.Model):
    """What a contractor is paid, from a day on; without `body` for every contractor that has none of its own.
    `lines`: as in `collection_prices.toml`. `objection_days`: so long a contractor may object to a statement."""

    since = models.DateField()
    body = models.ForeignKey("organization.Body", models.PROTECT, null=True, related_name="+")
    currency = models.CharField(max_length=3)
    objection_days = models.PositiveSmallIntegerField()
    lines = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["since", "body"], nulls_distinct=False, name="price_list_once_a_day")
        ]


class Statement(models.Model):
    """采集公司月度结算单: one version of a contractor's month. While `open` the contractor looks and objects; `settled`
    by a second person it never changes: `digest` is of all that it says, `paper` and `sheet` are its files. A later
    version says what became different."""

    class State(models.TextChoices):
        OPEN = "open"
        SETTLED = "settled"
        DROPPED = "dropped"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+")
    month = models.DateField()
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    reason = models.CharField(max_length=500, blank=True)
    currency = models.CharField(max_length=3)
    prices = models.JSONField()
    made_by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    object_until = models.DateTimeField()
    agreed_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    total = models.DecimalField(max_digits=12, decimal_places=2)
    digest = models.CharField(max_length=64, blank=True)
    paper = models.ForeignKey("media.File", models.PROTECT, null=True, related_name="+")
    sheet = models.ForeignKey("media.File", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "month", "version"], name="statement_version_once"),
            models.UniqueConstraint(fields=["body", "month"], condition=Q(state="open"), name="statement_one_open"),
            models.CheckConstraint(
                condition=~Q(state="settled")
                | Q(settled_at__isnull=False, settled_by__isnull=False, paper__isnull=False) & ~Q(digest=""),
                name="statement_settled_whole",
            ),
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True) | ~Q(settled_by=F("made_by")), name="statement_second_person"
            ),
        ]
        indexes = [models.Index(fields=["-month", "body", "-version"], name="statement_newest")]


class StatementLine(models.Model):
    """A person's number under one line of the price list; without a person: of the whole body. `counted`: what was
    counted; `number`: what is paid (it differs where an objection was granted). `behind`: the list of what was counted,
    as it was: [case, number within it, moment], or [day, text] for what has no case."""

    statement = models.ForeignKey("collection.Statement", models.CASCADE, related_name="lines")
    order = models.PositiveIntegerField()
    person = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=40)
    counted = models.DecimalField(max_digits=10, decimal_places=2)
    number = models.DecimalField(max_digits=10, decimal_places=2)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    behind = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "person", "code"], nulls_distinct=False, name="statement_line_once"
            )
        ]


class Objection(models.Model):
    """A contractor's objection to one line; granted with another number, or not, with words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    line = models.ForeignKey("collection.StatementLine", models.CASCADE, related_name="objections")
    wanted = models.DecimalField(max_digits=10, decimal_places=2)
    reason = models.CharField(max_length=1000)
    by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    granted = models.BooleanField(null=True)
    answer = models.CharField(max_length=1000, blank=True)
    answered_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line"], condition=Q(granted__isnull=True), name="objection_one_open"),
            models.CheckConstraint(
                condition=Q(granted__isnull=True) | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="objection_answered_by_somebody",
            ),
        ]


__all__ = [
    "Called", "Objection", "PriceList", "Quota", "RollCall", "Sample", "Sampled", "Statement", "StatementLine",
]  # fmt: skip
