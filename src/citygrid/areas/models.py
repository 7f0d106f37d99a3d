"""Areas from the city down to unit grids, duty grids, service areas, and the version of them all.

GB/T 30428.1 (单元网格, 责任网格); S0-03, S1-41, S2-19, S4-02. A row holds from `valid_from` up to, not
including, `valid_to`; a change of shape makes a new row, an old row stays for the cases that keep its id.
Shapes are WKB in degrees (lon, lat; CGCS2000, the same as WGS-84 at the accuracy of a map).
"""

from django.db import models
from django.db.models import F, Q

LADDER = ("city", "district", "street", "community", "grid")


class Kind(models.TextChoices):
    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    GRID = "grid"
    DUTY_GRID = "duty_grid"


def _holds(name: str) -> models.CheckConstraint:
    condition = Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from"))
    return models.CheckConstraint(condition=condition, name=name)


class Area(models.Model):
    """One area during one span of days. `derived`: its shape is the union of its parts, not drawn by hand."""

    kind = models.CharField(max_length=16, choices=Kind.choices)
    code = models.CharField(max_length=32)
    name = models.CharField(max_length=100, blank=True)
    parent = models.ForeignKey("areas.Area", models.PROTECT, null=True, related_name="children")
    geometry = models.BinaryField()
    derived = models.BooleanField(default=False)
    centre_lon = models.FloatField()
    centre_lat = models.FloatField()
    area_m2 = models.FloatField()
    serial = models.PositiveIntegerField(default=0)
    metric_crs = models.CharField(max_length=40, blank=True)
    shift = models.CharField(max_length=20, blank=True)
    """Of a duty grid: the shift for which it holds; blank: every shift (S1-41)."""
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "code", "valid_from"], name="area_once_a_day"),
            _holds("area_ends_after_start"),
        ]
        indexes = [models.Index(fields=["code"], name="area_by_code")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class GridOrigin(models.Model):
    """`grid` came (in part) from `origin`: a split, a merge, a new division. So a grid's history can be followed."""

    grid = models.ForeignKey("areas.Area", models.CASCADE, related_name="origins")
    origin = models.ForeignKey("areas.Area", models.PROTECT, related_name="successors")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["grid", "origin"], name="grid_origin_once")]


class DutyMembership(models.Model):
    """A unit grid belongs to a duty grid during a span of days (S1-41)."""

    duty_grid = models.ForeignKey("areas.Area", models.CASCADE, related_name="members")
    grid = models.ForeignKey("areas.Area", models.PROTECT, related_name="duties")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["duty_grid", "grid", "valid_from"], name="duty_member_once"),
            _holds("duty_member_ends_after_start"),
        ]


class ServiceArea(models.Model):
    """实行区域: where the system works, as approved and published (S4-02)."""

    code = models.CharField(max_length=32)
    name = models.CharField(max_length=100, blank=True)
    geometry = models.BinaryField()
    approval = models.TextField(blank=True)
    approved_on = models.DateField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="service_area_once_a_day"),
            _holds("service_area_ends_after_start"),
        ]


class AreaVersion(models.Model):
    """One state of all the tables above. The newest row is the one in force; `digest` is of the content."""

    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)

    @property
    def text(self) -> str:
        """What a case keeps: the same content gives the same text on every server."""
        return self.digest[:16]
