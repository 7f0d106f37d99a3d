"""What people asked about the data held on them, and what was decided (个人信息保护法 45, 47)."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    EXPORT = "export", _("a copy of what is held")
    FORGET = "forget", _("to be forgotten")


class State(models.TextChoices):
    OPEN = "open", _("to be decided")
    GRANTED = "granted", _("granted")
    REFUSED = "refused", pgettext_lazy("request", "refused")


class Demand(models.Model):
    """One request. Name, number and the words of the decision are redactable rows: here are their ids.

    `proof`: how the person was identified, a code of the city's list; `document`: number of the paper. Written down by
    one person, decided by another. `forgotten`, `kept`: rows, when a decision to forget was carried out.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    serial = models.BigIntegerField(unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    phone = models.UUIDField()
    name = models.UUIDField(null=True)
    proof = models.CharField(max_length=40)
    document = models.CharField(max_length=60)
    with_texts = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    reason = models.UUIDField(null=True)
    forgotten = models.IntegerField(default=0)
    kept = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="demand_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(state=State.OPEN, decided_at=None) | (~Q(state=State.OPEN) & Q(decided_at__isnull=False)),
                name="demand_decided_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_at.year}-{self.serial:04d}"
