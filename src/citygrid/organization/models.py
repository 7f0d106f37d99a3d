"""Bodies, roles, posts, people, who holds which post, who is on duty where.

Areas are kept by their codes: a change of an area's shape makes a new area row, the body stays responsible
(S3-20). Bodies, posts and people are never deleted, they end.
"""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from citygrid.organization.duty_models import (
    Leave,
    LeaveKind,
    Roster,
    RosterEdit,
    Shift,
)
from citygrid.organization.sign_in_models import (
    Device,
    Identity,
    RecoveryCode,
    SecondFactor,
    SignIn,
)
from citygrid.organization.unit_models import (
    BodyKind,
    Desk,
    Extension,
    Member,
    RecordFile,
    Relation,
    SentWorkbook,
    UnitRecord,
)

__all__ = [
    "BodyKind",
    "Desk",
    "Device",
    "Extension",
    "Identity",
    "Leave",
    "LeaveKind",
    "Member",
    "RecordFile",
    "RecoveryCode",
    "Relation",
    "Roster",
    "RosterEdit",
    "SecondFactor",
    "SentWorkbook",
    "Shift",
    "SignIn",
    "UnitRecord",
]
"""Models of this app that stand in modules of their own."""


class Side(models.TextChoices):
    """The two axes that never mix, and what stands outside both (S0-04, S3-19)."""

    SUPERVISING = "supervising", _("supervising")
    HANDLING = "handling", _("handling")
    NEUTRAL = "neutral", _("neutral")


class ScopeKind(models.TextChoices):
    """How far a role sees."""

    OWN = "own", _("own work only")
    UNIT = "unit", _("the body")
    UNIT_TREE = "unit_tree", _("the body and those below it")
    AREA = "area", _("the areas")
    AREA_TREE = "area_tree", _("the areas and all within them")
    ALL = "all", _("everything")


class Named(models.Model):
    """Something with a code for files and a name in both languages."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """The name in the reader's language."""
        return self.name_en if self.name_en and not (get_language() or "zh").startswith("zh") else self.name


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, login: str, password: str | None = None, **facts: object) -> "Person":
        """A person who can sign in; without a password nobody can sign in with that login."""
        person = self.model(login=login, **facts)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """A person with an account. What a person may do comes from the posts, never from the account."""

    login = models.CharField(_("login"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    pinyin = models.CharField(max_length=200, blank=True, db_index=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    demo = models.BooleanField(default=False)
    number = models.CharField(_("staff number"), max_length=40, blank=True)

    only_seat: int | None = None  # while a key of this seat asks: the person's other posts do not count (`keys.py`)
    USERNAME_FIELD = "login"
    objects = PersonManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="person_number_once")]

    def __str__(self) -> str:
        return self.name or self.login


class Body(Named):
    """An organization: centre, office, commission, unit, contractor, utility, street, community ..."""

    short_name = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=30)
    side = models.CharField(max_length=12, choices=Side.choices)
    level = models.CharField(max_length=12)
    parent = models.ForeignKey("organization.Body", models.PROTECT, null=True, related_name="children")
    areas = ArrayField(models.CharField(max_length=32), default=list)
    calendar = models.CharField(max_length=40, blank=True)
    partner_address = models.CharField(max_length=200, blank=True)
    active_since = models.DateField(null=True)
    active_until = models.DateField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(side__in=Side.values), name="body_side")]


class Role(Named):
    """What a post is for. `judging` roles verify, check, close or approve; of the roles that share an `exclusive`
    word one person holds one (the three administrators). `rights` open pages of upkeep (`rights.py`); which acts
    on cases a role may take is the variant's to say. `second_factor`, `one_device`, `idle_minutes`, `longest_hours` say
    how its people sign in (`sign_ins.py`); None: the settings' own."""

    side = models.CharField(max_length=12, choices=Side.choices)
    scope = models.CharField(max_length=12, choices=ScopeKind.choices)
    judging = models.BooleanField(default=False)
    outside = models.BooleanField(default=False)
    exclusive = models.CharField(max_length=30, blank=True)
    rights = ArrayField(models.CharField(max_length=40), default=list)
    second_factor = models.BooleanField(default=False)
    one_device = models.BooleanField(default=False)
    idle_minutes = models.PositiveSmallIntegerField(null=True)
    longest_hours = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(side__in=Side.values), name="role_side"),
            models.CheckConstraint(condition=Q(scope__in=ScopeKind.values), name="role_scope"),
        ]


class Post(Named):
    """A place in a body with a role. `areas` narrow the body's."""

    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="posts")
    role = models.ForeignKey("organization.Role", models.PROTECT, related_name="posts")
    areas = ArrayField(models.CharField(max_length=32), default=list)
    active = models.BooleanField(default=True)


class Seat(models.Model):
    """A person on a post from a moment up to, not including, another. A stand-in holds a seat of their
    own."""

    person = models.ForeignKey("organization.Person", models.PROTECT, related_name="seats")
    post = models.ForeignKey("organization.Post", models.PROTECT, related_name="seats")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    stand_in_for = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="stood_in")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="seat_ends_after_start"
            ),
            models.UniqueConstraint(fields=["person", "post"], condition=Q(until__isnull=True), name="seat_open_once"),
        ]


class Duty(models.Model):
    """Who is on shift in a duty grid: on these weekdays, from a time to another (past midnight when it is
    smaller).

    `weekdays` has bit 0 for Monday to bit 6 for Sunday; the day is the one on which the shift begins. Rows of a
    `roster` are for one day each and count while that roster is in force; at a desk `duty_grid` is empty.
    """

    duty_grid = models.CharField(max_length=32, blank=True)
    post = models.ForeignKey("organization.Post", models.CASCADE, null=True, related_name="duties")
    person = models.ForeignKey("organization.Person", models.CASCADE, null=True, related_name="duties")
    weekdays = models.PositiveSmallIntegerField(default=127)
    starts = models.TimeField()
    ends = models.TimeField()
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    shift = models.CharField(max_length=20, blank=True)
    roster = models.ForeignKey("organization.Roster", models.CASCADE, null=True, related_name="duties")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(post__isnull=False) | Q(person__isnull=False), name="duty_has_somebody"),
            models.CheckConstraint(condition=Q(weekdays__gte=1, weekdays__lte=127), name="duty_weekdays"),
        ]
        indexes = [
            models.Index(fields=["duty_grid"], name="duty_by_grid"),
            models.Index(fields=["roster", "first_day"], name="duty_by_roster"),
        ]


class AccessKey(models.Model):
    """A key with which a program acts in the name of a seat (`keys.py`); only its hash is kept.

    `scopes`: what it opens (`key_scopes.py`). `per_minute`, `per_day`: most requests, None for the settings' own.
    """

    seat = models.ForeignKey("organization.Seat", models.PROTECT, related_name="keys")
    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    per_minute = models.PositiveIntegerField(null=True)
    per_day = models.PositiveIntegerField(null=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    last_used_from = models.GenericIPAddressField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="key_ends_after_start"),
        ]


class Tally(models.Model):
    """How often something was asked for in the current minute or day (`tallies.py`). The table is unlogged: after a
    crash of the database counting begins anew."""

    name = models.CharField(max_length=80, primary_key=True)
    starts = models.BigIntegerField()
    number = models.IntegerField()


class Version(models.Model):
    """One row: a mark that is another after every change of the organization, so that scopes can be kept in
    memory (tree.py)."""

    number = models.BigIntegerField(default=0)
