"""Registers of other departments (登记簿): lamp-pole numbers, house ownership, shops, night-work permits, fume
facilities (S1-10, S2-45). Which there are and what they hold is data: `basedata/registers.toml` of the city folder.

    [lamp_pole]
    name = "路灯杆编号"  name_en = "Lamp-pole numbers"
    department = "lighting"            # code of the body that keeps it
    geometry = "point"                 # or line, polygon, any; none where entries have no place
    roles = ["call_taker"]             # who may look things up; left out: whoever keeps base data or supervises
    [lamp_pole.fields.height]          # as the fields of classes.toml
    title = "杆高"  title_en = "Height"  type = "number"  unit = "m"

Entries come in as surveys do (file, mapping, staging, review) and hold for a span of days; a number is
found as of a day.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from citygrid.basedata import cityfiles
from citygrid.basedata.models import Register, RegisterEntry
from citygrid.basedata.seeing import Fragment, entries, may_open
from citygrid.basedata.sheets import Field, as_table, fields_of, read_field, shipped_fields
from citygrid.organization.models import Body, Role
from citygrid.organization.seats import Signed
from citygrid.rulebook.reading import Table, parse_toml
from citygrid.rulebook.slices import profile_at
from citygrid.standards.coordinates import metric
from citygrid.standards.reports import Report

GEOMETRIES = ("", "point", "line", "polygon", "any")
KEYS = ("name", "name_en", "department", "geometry", "roles", "fields", "note")
FILE = "basedata/" + cityfiles.REGISTERS
PAGE = 50


@dataclass(frozen=True, slots=True)
class Near:
    """An entry and how far away it is, in metres."""

    entry: RegisterEntry
    metres: float


def load_registers(text: str, report: Report) -> None:
    """Make the registers those of a registers.toml; problems go into the report, and then nothing is kept.

    A register that the file no longer names stays with its entries, but takes no more surveys (`active`)."""
    before = len(report.problems)
    table = parse_toml(FILE, text, report)
    if table is None:
        return
    bodies = set(Body.objects.values_list("code", flat=True))
    roles = set(Role.objects.values_list("code", flat=True))
    wanted = [_definition(code, table.table(code), bodies, roles) for code in table.data]
    if len(report.problems) > before:
        return
    with transaction.atomic():
        for one in wanted:
            Register.objects.update_or_create(code=one.pop("code"), defaults=one)
        Register.objects.exclude(code__in=list(table.data)).update(active=False)
    report.count("registers", len(wanted))


def _definition(code: str, table: Table, bodies: set[str], roles: set[str]) -> dict[str, Any]:
    table.known(*KEYS)
    if not code.replace("_", "").replace("-", "").isalnum() or not code.isascii() or len(code) > 40:
        table.problem("", "wrong_code", "%(key)s: a code has letters, digits, - and _, 40 at most.")
    name = table.text("name", needed=True)
    department = table.text("department")
    if department and department not in bodies:
        table.problem("department", "unknown_body", "There is no active body %(value)s.", value=department)
    table.texts("roles", roles.__contains__)
    described = table.table("fields")
    taken = {one.name for one in shipped_fields("register")}
    for field in taken & described.data.keys():
        described.problem(field, "basic_field", "%(key)s: a basic fact may not be described anew.")
    fields = [as_table(read_field(field, described.table(field))) for field in described.data]
    return {
        "code": code, "name": name, "name_en": table.text("name_en"), "department": department,
        "geometry": table.choice("geometry", "", GEOMETRIES), "fields": fields, "definition": dict(table.data),
        "active": True,
    }  # fmt: skip


def may_read(signed: Signed | None, register: Register) -> bool:
    """Whether this register exists for the post."""
    if signed is None:
        return False
    roles = register.definition.get("roles")
    return may_open(signed) if roles is None else signed.role.code in roles or _keeps(signed)


def _keeps(signed: Signed) -> bool:
    return "basedata.survey" in signed.role.rights or "basedata.publish" in signed.role.rights


def readable(signed: Signed | None) -> list[Register]:
    """The registers that the post may read, by name."""
    return [one for one in Register.objects.order_by("-active", "name", "code") if may_read(signed, one)]


def fields(register: Register) -> tuple[Field, ...]:
    """The register's own facts, beside number, name and days."""
    return fields_of(register.fields)


def find(code: str, key: str, at: date) -> RegisterEntry | None:
    """The entry that holds on a day under a number; None when there is no such register, number or day."""
    rows = RegisterEntry.objects.filter(register__code=code, key=key, valid_from__lte=at).exclude(valid_to__lte=at)
    found: RegisterEntry | None = rows.select_related("register").order_by("-valid_from").first()
    return found


def spans(register: Register, key: str) -> list[RegisterEntry]:
    """All spans of a number, newest first."""
    return list(RegisterEntry.objects.filter(register=register, key=key).order_by("-valid_from"))


def near(
    lon: float, lat: float, metres: float, at: datetime, code: str | None = None, most: int = 20
) -> list[Near]:
    """Entries in force at a moment within a distance of a point, nearest first; of one register or of all."""
    day = timezone.localdate(at)
    x, y = metric(str(profile_at(at).data["metric_crs"]))(lon, lat)
    here = f"({x:.3f},{y:.3f})"
    with connection.cursor() as cursor:
        cursor.execute(
            """select e.id, e.point <-> %s::point from basedata_registerentry e
               join basedata_register r on r.id = e.register_id
               where e.point <@ circle(%s::point, %s) and e.valid_from <= %s and (e.valid_to is null or e.valid_to > %s)
                 and (%s::text is null or r.code = %s)
               order by 2, e.id limit %s""",
            [here, here, metres, day, day, code, code, most],
        )
        found = dict(cursor.fetchall())
    rows = RegisterEntry.objects.select_related("register").in_bulk(list(found))
    return [Near(rows[pk], distance) for pk, distance in found.items()]


def page(
    register: Register, seen: Fragment, at: date | None, typed: str = "", after: str = "", most: int = PAGE
) -> list[RegisterEntry]:
    """A page of entries by number. `at` None: all days. `typed`: beginning of a number, or part of a name.

    `after`: "number~day" of the last entry of the page before."""
    text, params = seen
    terms, values = ["t.register_id = %s", text], [register.pk, *params]
    if at is not None:
        terms.append("t.valid_from <= %s and (t.valid_to is null or t.valid_to > %s)")
        values += [at, at]
    if typed:
        like = typed.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        terms.append("(t.key ilike %s or t.name ilike %s)")
        values += [like + "%", f"%{like}%"]
    if after:
        key, _, day = after.rpartition("~")
        terms.append("(t.key, t.valid_from) > (%s, %s::date)")
        values += [key, day]
    with connection.cursor() as cursor:
        cursor.execute(
            f"select t.id from basedata_registerentry t where {' and '.join(terms)}"  # noqa: S608 - no input in the text
            " order by t.key, t.valid_from limit %s",
            [*values, most],
        )
        ids = [row[0] for row in cursor.fetchall()]
    rows = RegisterEntry.objects.in_bulk(ids)
    return [rows[pk] for pk in ids]


def sees(signed: Signed, entry: RegisterEntry) -> bool:
    """Whether this entry exists for the post: the register, and the place."""
    if not may_read(signed, entry.register):
        return False
    text, params = entries(signed)
    with connection.cursor() as cursor:
        cursor.execute(
            f"select 1 from basedata_registerentry t where t.id = %s and {text}",  # noqa: S608 - no input in the text
            [entry.pk, *params],
        )
        return cursor.fetchone() is not None


def state() -> str:
    """Another word whenever entries, or what the registers are, have changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select (select max(id) from basedata_registerentry),"
            " (select max(decided_at) from basedata_survey where register_id is not null)"
        )
        return "-".join(str(one or 0) for one in cursor.fetchone()) + cityfiles.state()


def counts(at: date) -> dict[int, int]:
    """How many entries of each register hold on a day, by the register's id."""
    rows = RegisterEntry.objects.filter(valid_from__lte=at).exclude(valid_to__lte=at)
    return dict(rows.values_list("register").annotate(number=Count("id")))
