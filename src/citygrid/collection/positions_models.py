"""The register of positioned things. Where they were stands in `positions/tables.sql`, in partitions by day."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Positioned(models.Model):
    """Something that tells where it is: a person (who has the app), or a vehicle (a gateway sends for it). A person's
    `code` is empty; `body` is that of the post at the newest fix, for a vehicle whose it is."""

    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        VEHICLE = "vehicle", _("vehicle")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    person = models.OneToOneField("organization.Person", models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=60, blank=True)
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+")
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], condition=~Q(code=""), name="positioned_code_once"),
            models.CheckConstraint(
                condition=Q(kind="person", person__isnull=False) | Q(kind="vehicle", person__isnull=True),
                name="positioned_person",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person) if self.person_id else self.name or self.code
