"""The alarm of public safety: who muted it, for how long, over which cases."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Mute(models.Model):
    """Somebody quieted the alarm of their body for a few minutes; it stays on record."""

    person = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField()
    cases = ArrayField(models.UUIDField(), default=list)

    class Meta:
        indexes = [models.Index(fields=["person", "-until"], name="mute_by_person")]
