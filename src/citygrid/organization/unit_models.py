"""What is known of a body beside its place in the tree: its kind, its relations, its record with files, the members
of a commission, the seats (座席) and extensions (分机) of a centre; and workbooks that were sent in.

Nothing here is deleted: relations and memberships end by a day, desks and extensions are put out of use, a record
gets another version (S0-26, S0-43).
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Nature(models.TextChoices):
    """What the process takes a kind of bodies for; how the kinds are called is the city's."""

    CENTRE = "centre", _("centre of supervision and command")
    OFFICE = "office", _("office that approves")
    COMMISSION = "commission", _("commission")
    UNIT = "unit", _("responsible unit")
    OTHER = "other", _("other body")


class BodyKind(models.Model):
    """A kind of bodies as the city calls it. `sides`: on which sides such a body may be; none: on any."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    nature = models.CharField(max_length=12, choices=Nature.choices)
    sides = ArrayField(models.CharField(max_length=12), default=list)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(nature__in=Nature.values), name="kind_nature")]

    def __str__(self) -> str:
        return self.name


class RelationKind(models.TextChoices):
    """What one body is to another, beside the tree."""

    SUPERVISES = "supervises", _("supervises")
    HANDLES_FOR = "handles_for", _("handles for")


class Relation(models.Model):
    """`body` supervises `other`, or handles for it, in a sector of the city's work; up to, not including, `until`."""

    kind = models.CharField(max_length=12, choices=RelationKind.choices)
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="relations")
    other = models.ForeignKey("organization.Body", models.PROTECT, related_name="relations_of_others")
    sector = models.CharField(max_length=60, blank=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "body", "other", "sector"], name="relation_once"),
            models.CheckConstraint(condition=Q(kind__in=RelationKind.values), name="relation_kind"),
            models.CheckConstraint(condition=~Q(body=F("other")), name="relation_of_two"),
        ]


class UnitRecord(models.Model):
    """One version of a unit's record; the newest number holds. `team_people`: ids of people, beside the words."""

    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="records")
    number = models.PositiveIntegerField()
    leader = models.CharField(max_length=100, blank=True)
    department = models.CharField(max_length=100, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    team = models.CharField(max_length=1000, blank=True)
    team_people = ArrayField(models.BigIntegerField(), default=list)
    funding = models.CharField(max_length=1000, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "number"], name="record_version_once")]


class RecordFile(models.Model):
    """A file of one version: the unit's rules, or its emergency plan. `name` as it was sent."""

    class Purpose(models.TextChoices):
        RULES = "rules", _("Rules")
        PLAN = "plan", _("Emergency plan")

    record = models.ForeignKey("organization.UnitRecord", models.CASCADE, related_name="files")
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    file = models.ForeignKey("media.File", models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "purpose", "file"], name="record_file_once")]


class Member(models.Model):
    """Somebody in a commission: a person with an account, or a name; with their office and their part in it."""

    class Part(models.TextChoices):
        CHAIR = "chair", _("chair")
        DEPUTY = "deputy", _("deputy chair")
        MEMBER = "member", _("member")

    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="members")
    person = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="memberships")
    name = models.CharField(max_length=60, blank=True)
    office = models.CharField(max_length=100, blank=True)
    part = models.CharField(max_length=8, choices=Part.choices)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(person__isnull=False) | ~Q(name=""), name="member_is_somebody"),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="member_ends_later"),
        ]


class Desk(models.Model):
    """A seat (座席) of a centre's hotline room: its number, what is done there, where it stands."""

    class Kind(models.TextChoices):
        CALLS = "calls", _("call-taking")
        DISPATCH = "dispatch", _("dispatch")
        LEAD = "lead", _("shift lead")
        SPARE = "spare", _("spare")

    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="desks")
    number = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    station = models.CharField(max_length=100, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "number"], name="desk_once")]


class Extension(models.Model):
    """An extension (分机) of a centre's telephone: where it rings and for which post."""

    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="extensions")
    number = models.CharField(max_length=20)
    desk = models.ForeignKey("organization.Desk", models.PROTECT, null=True, related_name="extensions")
    post = models.ForeignKey("organization.Post", models.PROTECT, null=True, related_name="extensions")
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "number"], name="extension_once")]


class SentWorkbook(models.Model):
    """A workbook of the organization as it was sent; its bytes go when it is done or given up. `complete`: what its
    sheets lack ends."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    complete = models.BooleanField(default=False)
    sent_by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
