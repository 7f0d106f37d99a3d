"""The tables of cases. They are partitioned, so their DDL stands in `tables.sql`; the models read, `writing` writes.

No foreign keys point into partitions. `bucket` is the open partition's date while a row is open, else the first day of
the month in which it was closed or done, so that what is open stays small and hot (DESIGN section 3)."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models

from citygrid.cases.closing_models import CallTry, Dossier, Draw, DrawnCase  # noqa: F401 - their tables belong to this app
from citygrid.cases.delegation_models import Delegation  # noqa: F401 - its table belongs to this app
from citygrid.cases.list_models import ListColumns, SavedList, Watch  # noqa: F401 - their tables too

OPEN_BUCKET = date(1, 1, 1)


class Head(models.Model):
    """One row per case: lock, version, hash of the newest entry, and the route to its partitions."""

    case_id = models.UUIDField(primary_key=True)
    month = models.DateField()
    bucket = models.DateField()
    version = models.IntegerField()
    head = models.BinaryField()

    class Meta:
        managed = False
        db_table = "cases_head"


class CaseRow(models.Model):
    """The projection of a timeline. `snapshot` is the whole case as JSON; the other columns are for queries."""

    id = models.UUIDField(primary_key=True)
    bucket = models.DateField()
    month = models.DateField()
    version = models.IntegerField()
    state = models.TextField()
    kind = models.TextField()
    mode = models.TextField()
    outcome = models.TextField(null=True)
    source = models.TextField()
    class_id = models.TextField(null=True)
    condition = models.TextField(null=True)
    safety = models.BooleanField()
    component = models.TextField(null=True)
    report_no = models.TextField()
    case_no = models.TextField(null=True)
    lon = models.TextField(null=True)
    lat = models.TextField(null=True)
    grid = models.BigIntegerField(null=True)
    community = models.BigIntegerField(null=True)
    street = models.BigIntegerField(null=True)
    district = models.BigIntegerField(null=True)
    areas = ArrayField(models.BigIntegerField())
    bodies = ArrayField(models.BigIntegerField())
    persons = ArrayField(models.BigIntegerField())
    unit = models.BigIntegerField(null=True)
    holder_kind = models.TextField(null=True)
    holder_body = models.BigIntegerField(null=True)
    holder_role = models.TextField(null=True)
    holder_person = models.BigIntegerField(null=True)
    parent = models.UUIDField(null=True)
    text_id = models.UUIDField(null=True)
    address_id = models.UUIDField(null=True)
    caller_id = models.UUIDField(null=True)
    marks = ArrayField(models.TextField())
    received_at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    handled_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)
    safety_confirmed = models.BooleanField(null=True)
    ownerless = models.BooleanField()
    duty = models.BigIntegerField(null=True)
    referral_ground = models.TextField(null=True)
    archived_at = models.DateTimeField(null=True)
    snapshot = models.JSONField()

    class Meta:
        managed = False
        db_table = "cases_case"


class EntryRow(models.Model):
    """One entry of a timeline, with the hash that it gives."""

    pk = models.CompositePrimaryKey("case_id", "seq")
    case_id = models.UUIDField()
    seq = models.IntegerField()
    month = models.DateField()
    type = models.TextField()
    schema = models.SmallIntegerField()
    act_id = models.UUIDField()
    body_hash = models.BinaryField()
    recorded_at = models.DateTimeField()
    effective_at = models.DateTimeField()
    person = models.BigIntegerField()
    post = models.BigIntegerField(null=True)
    body = models.BigIntegerField(null=True)
    role = models.TextField()
    side = models.TextField()
    data = models.JSONField()
    head = models.BinaryField()

    class Meta:
        managed = False
        db_table = "cases_entry"


class ItemRow(models.Model):
    """待办: one work item, open or done."""

    pk = models.CompositePrimaryKey("case_id", "no")
    case_id = models.UUIDField()
    no = models.IntegerField()
    bucket = models.DateField()
    kind = models.TextField()
    subject = models.TextField()
    main = models.BooleanField()
    body = models.BigIntegerField(null=True)
    role = models.TextField()
    person = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    limit_text = models.TextField(null=True)
    calendar = models.TextField(null=True)
    due = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    sort_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    provisional = models.BooleanField()
    paused_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.BigIntegerField(null=True)
    outcome = models.TextField(null=True)
    late = models.BooleanField(null=True)
    held = models.BigIntegerField(null=True)
    offline = models.JSONField(null=True)

    class Meta:
        managed = False
        db_table = "cases_item"


class AssignmentRow(models.Model):
    """A unit's duty on a case."""

    pk = models.CompositePrimaryKey("case_id", "no")
    case_id = models.UUIDField()
    no = models.IntegerField()
    month = models.DateField()
    body = models.BigIntegerField()
    state = models.TextField()
    parent = models.IntegerField(null=True)
    assisting = models.BooleanField()
    offered_at = models.DateTimeField()
    limit_text = models.TextField(null=True)
    due = models.DateTimeField(null=True)
    worker = models.BigIntegerField(null=True)
    signed_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    made_safe_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    late = models.BooleanField(null=True)
    outcome = models.TextField(null=True)
    reworks = models.IntegerField()
    extensions = models.IntegerField()
    exempt = models.BooleanField()
    provisional = models.BooleanField()

    class Meta:
        managed = False
        db_table = "cases_assignment"


class Number(models.Model):
    """Report and case numbers, each given once."""

    number = models.TextField(primary_key=True)
    case_id = models.UUIDField()

    class Meta:
        managed = False
        db_table = "cases_number"


class NumberBlock(models.Model):
    """The next free serial of a series (a day's, a year's); servers take blocks, so no counter is hot."""

    series = models.TextField(primary_key=True)
    next = models.BigIntegerField()


class CaseMedia(models.Model):
    """Media of a case, so that whoever may see the case may see the file."""

    pk = models.CompositePrimaryKey("file_id", "case_id")
    file_id = models.UUIDField()
    case_id = models.UUIDField()

    class Meta:
        managed = False
        db_table = "cases_media"


class Origin(models.Model):
    """Where an imported case comes from. `derived`: acts of its timeline that the source does not tell (indicators
    that rest on them print a dash); `digest`: keyed hash of what the source said, to see whether it changed since."""

    case_id = models.UUIDField(primary_key=True)
    system = models.TextField()
    source_case = models.TextField(null=True)
    derived = ArrayField(models.TextField())
    digest = models.BinaryField()

    class Meta:
        managed = False
        db_table = "cases_origin"
