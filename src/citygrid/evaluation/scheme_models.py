"""A change of a scheme (or of the city's indicators) on its way: one person proposes, another confirms (S2-13)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class SchemeChange(models.Model):
    """`code` and `text`: the file as it is to be; `before`: the text that was in force for its day when it was proposed
    (empty: none). `day`: in force from; a confirmed one has the day on which it did come, or comes, into force."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waits for confirmation")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.UUIDField(primary_key=True)
    code = models.CharField(max_length=60)
    text = models.TextField()
    before = models.TextField(blank=True)
    day = models.DateField()
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    made_by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    words = models.CharField(max_length=500, blank=True)
    withdrawn_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=Q(state="proposed"), name="scheme_change_one_open"),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "refused"]) | Q(decided_by__isnull=False),
                name="scheme_change_decided",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("made_by")), name="scheme_change_second_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.day}"
