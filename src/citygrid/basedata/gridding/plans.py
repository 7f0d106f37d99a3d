"""A planned change of areas (方案): typed, worked out, looked at on the map, then applied from a day, or dropped.

Import, division, split, merge, retirement, duty grids and service areas all go this one way, so that nothing typed is
lost, a long computation shows its progress, what is applied is what was seen, and who did what stays on the record
(S1-08, S1-41, S2-19, S4-02).
"""

import gzip
import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlanKind(models.TextChoices):
    IMPORT = "import", _("Import of areas")
    DIVIDE = "divide", _("Division into unit grids")
    SPLIT = "split", _("Split of a unit grid")
    MERGE = "merge", _("Merging of unit grids")
    RETIRE = "retire", _("Retirement of unit grids")
    DUTY = "duty", _("Duty grid")
    SERVICE = "service", _("Service area")


class PlanState(models.TextChoices):
    DRAFT = "draft", _("being filled in")
    WAITING = "waiting", _("waiting to be worked out")
    WORKING = "working", _("being worked out")
    READY = "ready", _("ready to be applied")
    REFUSED = "refused", _("not possible as it is")
    APPLIED = "applied", _("applied")
    DROPPED = "dropped", _("dropped")


OPEN = (PlanState.DRAFT, PlanState.WAITING, PlanState.WORKING, PlanState.READY, PlanState.REFUSED)


class AreaPlan(models.Model):
    """One plan. Its id comes from the form, so that a form sent twice is one plan.

    `codes`: the areas that it is about (communities to divide, grids to split or merge, a duty grid). `inputs`: what
    was typed, by field. `basis`: version of the areas for which it was worked out. `outcome`: numbers, faults, codes;
    `shapes`: what to draw, GeoJSON, compressed; `content`: what will be applied, as its planner packs it;
    `file`: the file that was sent; `document`: an approval.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=10, choices=PlanKind.choices)
    codes = models.JSONField(default=list)
    from_day = models.DateField()
    reason = models.CharField(max_length=300, blank=True)
    inputs = models.JSONField(default=dict)
    file_name = models.CharField(max_length=200, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=PlanState.choices, default=PlanState.DRAFT)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    basis = models.CharField(max_length=64, blank=True)
    outcome = models.JSONField(default=dict)
    shapes = models.BinaryField(default=bytes)
    content = models.BinaryField(default=bytes)
    file = models.BinaryField(default=bytes)
    document = models.ForeignKey("media.File", models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-made_at"], name="area_plan_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {', '.join(self.codes[:3])}"

    @property
    def open(self) -> bool:
        return self.state in OPEN

    @property
    def geojson(self) -> str:
        """What to draw, as GeoJSON text."""
        return gzip.decompress(bytes(self.shapes)).decode() if self.shapes else ""

    def draw(self, text: str) -> None:
        """Keep what is to be drawn."""
        self.shapes = gzip.compress(text.encode(), mtime=0)
