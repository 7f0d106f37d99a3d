"""A period of a scheme that is closed: appeals of those who are judged, frozen versions with the rows behind them, and
corrections that a second person approves (S1-27, S2-13)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PeriodClose(models.Model):
    """One scheme over one period. `rules`: how it is closed as it was when it was opened (window_days, first_review,
    second_review: role codes). `window_ends`: until then an appeal is taken. A published one that is `public` is for
    everybody."""

    class State(models.TextChoices):
        PREVIEW = "preview", _("preview")
        APPEALS = "appeals", _("appeals")
        FROZEN = "frozen", _("frozen")
        PUBLISHED = "published", _("published")

    id = models.UUIDField(primary_key=True)
    scheme = models.CharField(max_length=60)
    period = models.CharField(max_length=20)
    first = models.DateField()
    last = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREVIEW)
    rules = models.JSONField(default=dict)
    public = models.BooleanField(default=False)
    window_ends = models.DateTimeField(null=True)
    window_told = models.BooleanField(default=False)
    opened_by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    appeals_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    appeals_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "first", "last"], name="close_once"),
            models.CheckConstraint(condition=Q(state="preview") | Q(window_ends__isnull=False), name="close_window"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.period}"

    @property
    def is_frozen(self) -> bool:
        return self.state in (self.State.FROZEN, self.State.PUBLISHED)


class FrozenVersion(models.Model):
    """What was frozen, never changed, deleted or emptied (the database refuses it). `hash`: SHA-256 of `text`, which
    holds the hash of the version before and that of its rows. `second`: who approved a correction."""

    close = models.ForeignKey(PeriodClose, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    second = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["close", "number"], name="frozen_number"),
            models.CheckConstraint(
                condition=Q(number=1) | Q(second__isnull=False) & ~Q(second=F("made_by")), name="frozen_second_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.close} {self.number}"


class FrozenRows(models.Model):
    """The rows behind one count of one object in a frozen version: ids of cases, and numbers of the assignment, work
    item or act in them (0: the case itself)."""

    version = models.ForeignKey(FrozenVersion, models.PROTECT, related_name="rows")
    subject = models.CharField(max_length=120)
    key = models.CharField(max_length=80)
    cases = ArrayField(models.UUIDField())
    numbers = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "subject", "key"], name="frozen_rows_of")]

    def __str__(self) -> str:
        return f"{self.version} {self.subject} {self.key}"


class Correction(models.Model):
    """A proposal to freeze the figures anew. `text` and `rows` are what the second person approves, as they were when
    it was proposed; `base`: the version that they follow."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waits for approval")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    id = models.UUIDField(primary_key=True)
    close = models.ForeignKey(PeriodClose, models.PROTECT, related_name="corrections")
    base = models.PositiveIntegerField()
    text = models.TextField()
    rows = models.JSONField()
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    made_by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["close"], condition=Q(state="proposed"), name="correction_one_open"),
            models.CheckConstraint(condition=~Q(decided_by=F("made_by")), name="correction_second_person"),
        ]

    def __str__(self) -> str:
        return f"{self.close} {self.base}"


class ScoreAppeal(models.Model):
    """An appeal (申诉) of an object against its figures. About a case it is the process's own appeal (`case` and
    `request`), whose state that case tells; about a term the first review proposes an `entry` (or refuses), the second
    decides by approving it."""

    class State(models.TextChoices):
        FILED = "filed", _("waits for the first review")
        PROPOSED = "proposed", _("waits for the second review")
        REFUSED = "refused", _("refused")
        GRANTED = "granted", _("granted")

    id = models.UUIDField(primary_key=True)
    close = models.ForeignKey(PeriodClose, models.PROTECT, related_name="appeals")
    subject = models.CharField(max_length=120)
    code = models.CharField(max_length=120)
    term = models.CharField(max_length=80, blank=True)
    case = models.UUIDField(null=True)
    request = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=500)
    evidence = models.ForeignKey("media.File", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.FILED)
    filed_by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+")
    first_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    first_at = models.DateTimeField(null=True)
    first_words = models.CharField(max_length=500, blank=True)
    second_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    second_at = models.DateTimeField(null=True)
    second_words = models.CharField(max_length=500, blank=True)
    entry = models.ForeignKey("evaluation.Entry", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["filed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False, term="") | Q(case__isnull=True) & ~Q(term=""), name="appeal_about_one"
            ),
            models.CheckConstraint(condition=~Q(second_by=F("first_by")), name="appeal_second_person"),
            models.CheckConstraint(
                condition=~Q(first_by=F("filed_by")) & ~Q(second_by=F("filed_by")), name="appeal_not_own"
            ),
            models.UniqueConstraint(
                fields=["close", "case", "subject"], condition=Q(case__isnull=False), name="appeal_once_a_case"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.close} {self.code}"
