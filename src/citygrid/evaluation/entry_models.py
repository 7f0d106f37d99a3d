"""What people enter for schemes: scores of inspections, surveys, appraisals from outside, bonus and deduction, each
with its reason, its evidence and a second person; and the files in which many come at once (S2-13, S4-34)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class EntryFile(models.Model):
    """A table of entries as it was sent: what was wrong with it, or how many it made. `evidence`: the report that it
    comes from, which holds for each of them."""

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=200)
    by = models.CharField(max_length=10)
    evidence = models.ForeignKey("media.File", models.PROTECT, null=True, related_name="+")
    problems = models.JSONField(default=list)
    made = models.PositiveIntegerField(default=0)
    sent_by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """One entry, never changed and never deleted: a correction is another one that `replaces` it (without a value: it
    is taken back), and counts once somebody else has approved it.

    `input` and `item` are keys of a scheme's inputs; `subject` a code: of a body, of an area, `role:login` of a post.
    `value`: a score, or how often the item came up. `sample`: how many a survey asked. `source`: who judged."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waits for approval")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        REPLACED = "replaced", _("replaced")

    id = models.UUIDField(primary_key=True)
    input = models.CharField(max_length=60)
    item = models.CharField(max_length=60, blank=True)
    by = models.CharField(max_length=10)
    subject = models.CharField(max_length=120)
    day = models.DateField()
    value = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    sample = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=500)
    source = models.CharField(max_length=200, blank=True)
    evidence = models.ForeignKey("media.File", models.PROTECT, null=True, related_name="+")
    sent = models.ForeignKey("evaluation.EntryFile", models.PROTECT, null=True, related_name="entries")
    replaces = models.ForeignKey("evaluation.Entry", models.PROTECT, null=True, related_name="replaced_by")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    made_by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["day", "by"], name="entry_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="proposed") | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="entry_decided",
            ),
            models.CheckConstraint(condition=~Q(decided_by=F("made_by")), name="entry_second_person"),
            models.UniqueConstraint(
                fields=["replaces"], condition=Q(state__in=["proposed", "approved"]), name="entry_replaced_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.input} {self.subject} {self.day}"
