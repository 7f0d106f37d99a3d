"""Places with the names that people call them by, and what search and reverse geocoding read.

GB/T 30428.3 (地点: 标识码, 名称, 标准地址, 类别, 坐标, 单元网格, 行政区划, 日期, 来源, 备注), CJ/T 215. Shapes are
WKB in degrees (lon, lat; CGCS2000); `point` and `box` are metres of the city's projection, with GiST."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from citygrid.maps.native import BoxField, PointField


class Kind(models.TextChoices):
    """The five kinds of 基本地点."""

    AREA = "area", _("area")
    STREET = "street", _("street or lane")
    DOOR_PLATE = "door_plate", _("door plate")
    ESTATE = "estate", _("estate or building")
    LANDMARK = "landmark", _("landmark")


class Place(models.Model):
    """A place with its present facts; earlier ones are in `PlaceVersion`.

    It exists from `valid_from` up to, not including, `valid_to`. `source` and `source_key` say which row of which
    layer it was gathered from ("" and "" for one entered by hand); `kept`: a person has changed it, so gathering
    leaves it alone. `road` and `number` of a door plate: "江海路", "88弄12号". `weight` 0 to 100: how well known."""

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=200)
    aliases = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    address = models.CharField(max_length=300, blank=True)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="children")
    road = models.CharField(max_length=100, blank=True)
    number = models.CharField(max_length=60, blank=True)
    category = models.CharField(max_length=100, blank=True)
    weight = models.PositiveSmallIntegerField(default=0)
    lon = models.FloatField()
    lat = models.FloatField()
    point = PointField()
    shape = models.BinaryField(null=True)
    box = BoxField(null=True)
    grid = models.CharField(max_length=32, blank=True)
    community = models.CharField(max_length=32, blank=True)
    street = models.CharField(max_length=32, blank=True)
    district = models.CharField(max_length=32, blank=True)
    source = models.CharField(max_length=60, blank=True)
    source_key = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    kept = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_key"], condition=~Q(source=""), name="geocoding_gathered_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="geocoding_ends_after_start"
            ),
        ]
        indexes = [
            GistIndex(fields=["point"], name="geocoding_place_point"),
            GistIndex(fields=["box"], name="geocoding_place_box"),
            models.Index(fields=["kind", "name"], name="geocoding_place_kind"),
            models.Index(fields=["road", "kind"], name="geocoding_place_road"),
        ]

    def __str__(self) -> str:
        return self.name


class PlaceVersion(models.Model):
    """What a place was until a change: all its facts of then, who changed it (None: gathering), when and why."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    facts = models.JSONField()
    at = models.DateTimeField()
    person = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=100, blank=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "version"], name="geocoding_version_once")]


class Alias(models.Model):
    """Another name of a place, given by hand or in the city's `aliases.csv`; it outlives every gathering."""

    code = models.CharField(max_length=40)
    alias = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "alias"], name="geocoding_alias_once")]


class Role(models.TextChoices):
    """What a text is of its place."""

    NAME = "n", _("name")
    ALIAS = "a", _("alias")
    ADDRESS = "d", _("address")


class Term(models.Model):
    """One text by which a place is found (`indexing.py`). `grams`: hashed pairs of characters, of pinyin syllables and
    triples of initials; `bigrams`: how many pairs of characters there are."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="terms")
    role = models.CharField(max_length=1, choices=Role.choices)
    text = models.CharField(max_length=320)
    pinyin = models.CharField(max_length=2000)
    initials = models.CharField(max_length=320)
    grams = ArrayField(models.IntegerField())

    class Meta:
        indexes = [
            GinIndex(fields=["grams"], name="geocoding_term_grams"),
            models.Index(fields=["text"], opclasses=["varchar_pattern_ops"], name="geocoding_term_text"),
            models.Index(fields=["initials"], opclasses=["varchar_pattern_ops"], name="geocoding_term_begins"),
        ]


class Gram(models.Model):
    """In how many terms a gram occurs, so that the rarest of a question are looked up first."""

    gram = models.IntegerField(primary_key=True)
    terms = models.IntegerField()


class Crossing(models.Model):
    """A point where two streets meet, one row a meeting; `first` has the lower id."""

    first = models.ForeignKey(Place, models.CASCADE, related_name="+")
    second = models.ForeignKey(Place, models.CASCADE, related_name="+")
    lon = models.FloatField()
    lat = models.FloatField()
    point = PointField()

    class Meta:
        indexes = [GistIndex(fields=["point"], name="geocoding_crossing_point")]


class Word(models.Model):
    """A word of addresses as the city says it, added to the shipped ones (`data/words.csv`)."""

    role = models.CharField(max_length=20)
    word = models.CharField(max_length=40)
    meaning = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "word"], name="geocoding_word_once")]


class Gathering(models.Model):
    """One row: the rules by which places are gathered, as the city's `gathering.toml` says them."""

    rules = models.JSONField(default=dict)


class State(models.Model):
    """One row: a mark that is another after every change of places or words."""

    mark = models.CharField(max_length=32)


class Batch(models.Model):
    """A file of addresses to be placed: who gave it, how far it is. The files lie in the data folder."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting for its column")
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True)
    person = models.BigIntegerField()
    name = models.CharField(max_length=200)
    column = models.CharField(max_length=200, blank=True)
    sheet = models.CharField(max_length=200, blank=True)
    crs = models.CharField(max_length=40, default="CGCS2000")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    counts = models.JSONField(default=dict)
    problem = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-made_at"], name="geocoding_batch_person")]
