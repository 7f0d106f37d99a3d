"""The register of map layers, and the features of those layers that are kept here (base map, imports).

CJJ/T 106 (地理空间数据, 元数据), GB/T 30428.3. What a layer of components, areas or places draws stays in the tables
of its own package (`sources.py`)."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from citygrid.maps.native import BoxField, PointField


class Kind(models.TextChoices):
    """Where a layer's picture comes from."""

    SOURCE = "source", _("data of the system")
    FEATURES = "features", _("features kept with the layer")
    WMS = "wms", "WMS"
    WMTS = "wmts", "WMTS"
    XYZ = "xyz", _("XYZ tiles")
    ARCGIS = "arcgis", "ArcGIS REST"


EXTERNAL = frozenset({Kind.WMS, Kind.WMTS, Kind.XYZ, Kind.ARCGIS})


class Sharing(models.TextChoices):
    """How far the owner of the data lets it go; each step takes in the ones before."""

    CENTRE = "centre", _("the centre only")
    BODIES = "bodies", _("the centre and listed bodies")
    CITY = "city", _("everybody with a post in the city")
    PUBLIC = "public", _("the public")


class Named(models.Model):
    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    order = models.IntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """The name in the reader's language."""
        return self.name_en if self.name_en and not (get_language() or "zh").startswith("zh") else self.name


class LayerGroup(Named):
    """Layers that stand together in the list."""

    class Meta:
        ordering = ["order", "code"]


class Layer(Named):
    """A layer of the map. `order` within its group: the first lies on top.

    `filter`: property of the source -> the value, or the list of values, that the layer shows. `address`, `options`:
    of an external service; an address may hold {key}, filled from the server's secrets (`external.py`).
    `roles`: codes of the roles that see it, all when empty; `public`: also people who are not signed in.
    `refresh`: days after `data_date` on which new data is due; 0: no rule. `digest` and `fields` (property -> type) are
    of the features that a layer keeps itself.
    """

    group = models.ForeignKey(LayerGroup, models.PROTECT, null=True, blank=True, related_name="layers")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    source = models.CharField(max_length=60, blank=True)
    filter = models.JSONField(default=dict, blank=True)
    geometry = models.CharField(max_length=10, default="mixed")
    address = models.CharField(max_length=500, blank=True)
    options = models.JSONField(default=dict, blank=True)
    base = models.BooleanField(default=False)
    style = models.JSONField(default=dict, blank=True)
    min_zoom = models.PositiveSmallIntegerField(default=0)
    max_zoom = models.PositiveSmallIntegerField(default=24)
    shown = models.BooleanField(default=False)
    roles = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    public = models.BooleanField(default=False)
    published = models.BooleanField(default=False)

    abstract = models.TextField(blank=True)
    data_date = models.DateField(null=True, blank=True)
    accuracy = models.CharField(max_length=100, blank=True)
    steward = models.CharField(max_length=100, blank=True)
    legal_basis = models.CharField(max_length=200, blank=True)
    sharing = models.CharField(max_length=10, choices=Sharing.choices, default=Sharing.CENTRE)
    bodies = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    refresh = models.PositiveIntegerField(default=0)
    origin = models.CharField(max_length=300, blank=True)
    licence = models.CharField(max_length=100, blank=True)
    attribution = models.CharField(max_length=300, blank=True)

    digest = models.CharField(max_length=64, blank=True)
    fields = models.JSONField(default=dict, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["group__order", "group__code", "order", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(min_zoom__lte=F("max_zoom")), name="layer_zooms_in_order"),
            models.CheckConstraint(condition=Q(public=False) | Q(sharing="public"), name="layer_public_as_shared"),
        ]


class Feature(models.Model):
    """A feature of a layer of kind `features`. Shape: WKB in degrees (lon, lat; CGCS2000).

    `point` and `box` are in metres of the city's projection (index only: exact tests are made on the shape);
    `size` is the longer side of the box in metres: small scales show what is large first."""

    layer = models.ForeignKey(Layer, models.CASCADE, related_name="features")
    key = models.CharField(max_length=100)
    name = models.CharField(max_length=200, blank=True)
    properties = models.JSONField(default=dict)
    shape = models.BinaryField()
    lon = models.FloatField()
    lat = models.FloatField()
    point = PointField()
    box = BoxField()
    size = models.FloatField(default=0)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["layer", "key"], name="feature_once")]
        indexes = [
            GistIndex(fields=["point"], name="feature_point"),
            GistIndex(fields=["box"], name="feature_box"),
            models.Index(fields=["layer", "-size", "key"], name="feature_by_size"),
        ]


class RegisterState(models.Model):
    """One row: a mark that is another after every change of the register or of a layer's features."""

    mark = models.CharField(max_length=32)
