"""Precedents (先例): what was decided when a duty was disputed; the next dispute need not begin anew (S0-38)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Precedent(models.Model):
    """A decision by `settle`, kept by `disputes.precedents` from the entry. Texts are ids of redactable rows.

    `bodies`: units that had the case before, as bodies' ids. `charge`: to whom the time of the dispute was charged
    (unit, centre; empty: not said). `follows`: code of the earlier decision that it cites. It holds until withdrawn."""

    case_id = models.UUIDField()
    seq = models.IntegerField()
    number = models.TextField()
    class_id = models.TextField()
    lon = models.TextField(blank=True)
    lat = models.TextField(blank=True)
    grid = models.BigIntegerField(null=True)
    community = models.BigIntegerField(null=True)
    street = models.BigIntegerField(null=True)
    district = models.BigIntegerField(null=True)
    body = models.BigIntegerField()
    bodies = ArrayField(models.BigIntegerField(), default=list)
    ground = models.UUIDField(null=True)
    charge = models.CharField(max_length=10, blank=True)
    follows = models.CharField(max_length=64, blank=True)
    disputed_since = models.DateTimeField(null=True)
    decided_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True)
    decided_body = models.BigIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "seq"], name="precedent_once"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""), name="precedent_withdrawn_why"
            ),
        ]
        indexes = [
            models.Index(fields=["class_id", "district"], name="precedent_like"),
            models.Index(fields=["-decided_at", "-id"], name="precedent_newest"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """How others cite it: the year of the decision and its number."""
        return f"P{self.decided_at.year}-{self.pk}"
