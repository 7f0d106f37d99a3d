"""Components (部件), their versions, surveys in staging, change requests, registers of other departments.

GB/T 30428.2, CJ/T 214 (S0-29, S1-08, S1-10, S1-60, S1-62, S3-04). Shapes are WKB in degrees (lon, lat; CGCS2000);
`point` and `box` are in metres of the city's projection. Bodies, areas and classes are kept by code.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from citygrid.maps.native import BoxField, PointField
from citygrid.rulebook.models import RuleText, dated


class CityFile(RuleText):
    """A file of the folder `basedata/` of the city, by its path there: classes.toml, mappings/*.toml, units.csv ...

    The text itself is kept: an export gives back what was imported, byte for byte."""

    class Meta:
        constraints = dated("basedata_file", "code")


class Placed(models.Model):
    """Where something is: its shape, the point that stands for it, the codes of the areas that hold it."""

    shape = models.BinaryField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    point = PointField(null=True)
    box = BoxField(null=True)
    grid = models.CharField(max_length=32, blank=True)
    community = models.CharField(max_length=32, blank=True)
    street = models.CharField(max_length=32, blank=True)
    district = models.CharField(max_length=32, blank=True)

    class Meta:
        abstract = True


class Facts(Placed):
    """What is known of a component: the same columns in the register, in every version and in staging.

    `key`: the owner's own number (a lamp-pole number), with `origin` (the survey mapping that it came by) how a
    component without a code is known again. Departments are body codes as far as they are known; the names as given
    are kept beside. `digest` is of all of it: the same content, the same digest."""

    code = models.CharField(max_length=32, blank=True)
    class_id = models.CharField(max_length=80)
    name = models.CharField(max_length=100, blank=True)
    origin = models.CharField(max_length=60, blank=True)
    key = models.CharField(max_length=120, blank=True)
    department = models.CharField(max_length=40, blank=True)
    department_name = models.CharField(max_length=100, blank=True)
    owner = models.CharField(max_length=40, blank=True)
    owner_name = models.CharField(max_length=100, blank=True)
    maintainer = models.CharField(max_length=40, blank=True)
    maintainer_name = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=20, blank=True)
    accuracy = models.CharField(max_length=2, blank=True)
    source = models.CharField(max_length=40, blank=True)
    surveyed_on = models.DateField(null=True)
    note = models.CharField(max_length=255, blank=True)
    attributes = models.JSONField(default=dict)
    digest = models.CharField(max_length=32, blank=True)

    class Meta:
        abstract = True


class Component(Facts):
    """A component as it is now. It is never deleted: one that is gone has `valid_to`, and its code is never reused."""

    version = models.PositiveIntegerField(default=1)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    survey = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="component_code"),
            models.UniqueConstraint(fields=["origin", "key"], condition=~Q(key=""), name="component_key"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="component_ends"
            ),
        ]
        indexes = [
            GistIndex(fields=["point"], name="component_point"),
            GistIndex(fields=["box"], name="component_box", condition=Q(box__isnull=False)),
            models.Index(fields=["class_id", "code"], name="component_class"),
            models.Index(fields=["grid", "code"], name="component_grid"),
            models.Index(fields=["community", "code"], name="component_community"),
        ]

    def __str__(self) -> str:
        return self.code


class ComponentVersion(Facts):
    """One version of a component: what it was from `valid_from` until the next version; who brought it, when and why.

    `ended`: the version that says that it is gone. Nothing is ever changed here; undoing is a new version."""

    class Why(models.TextChoices):
        SURVEY = "survey", _("survey")
        REQUEST = "request", _("change request")
        CORRECTION = "correction", _("correction")
        UNDO = "undo", _("taken back")

    id = models.BigAutoField(primary_key=True)
    version = models.PositiveIntegerField()
    valid_from = models.DateField()
    ended = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.BigIntegerField(null=True)
    why = models.CharField(max_length=12, choices=Why.choices)
    survey = models.UUIDField(null=True)
    request = models.UUIDField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="component_version")]
        indexes = [models.Index(fields=["survey"], name="component_version_survey", condition=Q(survey__isnull=False))]


class Serial(models.Model):
    """The last serial used in one district and class: given out once, never again (GB/T 30428.2)."""

    prefix = models.CharField(max_length=32, primary_key=True)
    last = models.PositiveIntegerField(default=0)


class Register(models.Model):
    """A register of another department (lamp-pole numbers, house ownership, permits ...): S1-10.

    `fields`: the same field sheets as of a class. `definition`: the table of registers.toml that it was made from."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    department = models.CharField(max_length=40, blank=True)
    geometry = models.CharField(max_length=10, blank=True)
    fields = models.JSONField(default=list)
    definition = models.JSONField(default=dict)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Survey(models.Model):
    """One file on its way into the register: read into staging, checked, corrected, reviewed, published or withdrawn.

    `id` is the client's: sending the same again makes no second one. `complete`: the survey says that it has all
    components of these classes in these areas ({"classes": [...], "areas": [...]}), so that missing ones are proposed
    as removed. `counts`: {"rows": n, "new": n, ..., "problems": {code: n}}. `failed`: {"code", "message", "params"}."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("being read")
        CHECKED = "checked", _("checked")
        SUBMITTED = "submitted", _("submitted")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=120)
    register = models.ForeignKey("basedata.Register", models.PROTECT, null=True, related_name="surveys")
    origin = models.CharField(max_length=60)
    file_name = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64)
    file_size = models.BigIntegerField(default=0)
    mapping = models.TextField()
    on = models.DateField()
    complete = models.JSONField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    counts = models.JSONField(default=dict)
    failed = models.JSONField(null=True)
    made_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="surveys")
    made_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        indexes = [models.Index(fields=["status", "-made_at"], name="survey_status")]

    def __str__(self) -> str:
        return self.title


class SurveyProgress(models.Model):
    """How far a survey's staging or publishing is. Written beside the transaction that does the work, so that others
    see it at once; it says nothing that is not also in the survey when the work is done."""

    survey = models.UUIDField(primary_key=True)
    phase = models.CharField(max_length=12)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    began_at = models.DateTimeField()
    at = models.DateTimeField()
    failed = models.JSONField(null=True)

    @property
    def rate(self) -> float:
        """Rows a second so far."""
        return self.done / max((self.at - self.began_at).total_seconds(), 0.001)


class SurveyRow(Facts):
    """A row in staging. `number`: its line in the file. `cells`: what the file or a correction says, by field, as text.

    `problems`: [{"code", "field", "severity": "error"|"warning", "params", "accepted": {"reason", "by", "at"}?}].
    A row is published when it is not left out, has no error, and each warning is accepted. `version`: the version of
    the component that it was compared with (0: none)."""

    class Verdict(models.TextChoices):
        NEW = "new", _("new")
        CHANGED = "changed", _("changed")
        SAME = "same", _("same")
        REMOVED = "removed", _("removed")
        WRONG = "wrong", _("wrong")

    id = models.BigAutoField(primary_key=True)
    survey = models.ForeignKey("basedata.Survey", models.CASCADE, related_name="rows")
    number = models.IntegerField()
    cells = models.JSONField(default=dict)
    corrected = models.BooleanField(default=False)
    problems = models.JSONField(default=list)
    kinds = ArrayField(models.CharField(max_length=40), default=list)
    errors = models.PositiveSmallIntegerField(default=0)
    warnings = models.PositiveSmallIntegerField(default=0)
    left_out = models.BooleanField(default=False)
    confirmed = models.BooleanField(default=False)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    version = models.PositiveIntegerField(default=0)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="survey_row")]
        indexes = [
            models.Index(fields=["survey", "verdict", "number"], name="survey_row_verdict"),
            models.Index(fields=["survey", "number"], name="survey_row_problem", condition=~Q(kinds=[])),
            models.Index(fields=["survey", "code"], name="survey_row_code", condition=~Q(code="")),
            GinIndex(fields=["kinds"], name="survey_row_kinds", condition=~Q(kinds=[])),
        ]


class RegisterEntry(Placed):
    """What a register says under a number during a span of days; a point on the map where it has one."""

    register = models.ForeignKey("basedata.Register", models.PROTECT, related_name="entries")
    key = models.CharField(max_length=120)
    name = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict)
    digest = models.CharField(max_length=32, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    survey = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["register", "key", "valid_from"], name="register_entry_once_a_day"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="register_entry_ends"
            ),
        ]
        indexes = [GistIndex(fields=["point"], name="register_entry_point")]


class ChangeRequest(models.Model):
    """Somebody in the field says that a component is new, other, elsewhere, broken or gone. `id` is the client's."""

    class Kind(models.TextChoices):
        NEW = "new", _("a new component")
        ATTRIBUTES = "attributes", _("facts are other")
        MOVE = "move", _("it stands elsewhere")
        STATE = "state", _("its state is other")
        MISSING = "missing", _("it is gone")

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    code = models.CharField(max_length=32, blank=True)
    class_id = models.CharField(max_length=80, blank=True)
    based_on = models.PositiveIntegerField(default=0)
    cells = models.JSONField(default=dict)
    shape = models.BinaryField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    area_ids = ArrayField(models.BigIntegerField(), default=list)
    reason = models.CharField(max_length=400, blank=True)
    photos = ArrayField(models.UUIDField(), default=list)
    digest = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    asked_by = models.ForeignKey("organization.Person", models.PROTECT, related_name="component_requests")
    asked_body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=400, blank=True)
    version = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["status", "asked_at"], name="change_request_status")]


from citygrid.basedata.gridding.plans import AreaPlan  # noqa: E402, F401 - found by Django here
