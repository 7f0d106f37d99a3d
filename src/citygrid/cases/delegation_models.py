"""授权: what the office (数字城管办公室) lets others approve in its name (S1-20)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Delegation(models.Model):
    """A power given by a post of the office to a post, or to a role in a body. Never changed, never deleted:
    it ends by itself or is withdrawn, and whatever was approved under it stays.

    `code` is what an approval's entry cites. `kinds`: of request. `longest`: the most that one approval grants, as a
    typed limit ("5 work_day"); empty: any. `classes`: ids, or prefixes that end in `*`; none: all. `areas`: codes;
    none: everywhere. `first_day` to `last_day` (both included) are days of the city's own time. `giver` is unknown
    for what came from a city's folder."""

    code = models.CharField(max_length=60, unique=True)
    giver_post = models.ForeignKey("organization.Post", models.PROTECT, related_name="+")
    giver = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField()
    post = models.ForeignKey("organization.Post", models.PROTECT, null=True, related_name="+")
    body = models.ForeignKey("organization.Body", models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=40, blank=True)
    kinds = ArrayField(models.CharField(max_length=12))
    longest = models.CharField(max_length=40, blank=True)
    classes = ArrayField(models.CharField(max_length=80), default=list)
    areas = ArrayField(models.CharField(max_length=32), default=list)
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    document = models.CharField(_("document number"), max_length=80)
    file = models.ForeignKey("media.File", models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(post__isnull=False, body__isnull=True, role="")
                | (Q(post__isnull=True, body__isnull=False) & ~Q(role="")),
                name="delegation_to_one",
            ),
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")), name="delegation_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(kinds__len__gt=0), name="delegation_of_something"),
        ]

    def __str__(self) -> str:
        return self.document
