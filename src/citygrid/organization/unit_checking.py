"""Whether what is known of bodies beside the tree fits together: codes, kinds, relations, records, commissions,
desks and extensions (S0-26, S0-43)."""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import CharField, Model

from citygrid.organization import kinds
from citygrid.organization.accounts import LOGIN
from citygrid.organization.files import KINDS, Files, Line
from citygrid.organization.models import (
    Body,
    BodyKind,
    Desk,
    Extension,
    Member,
    Person,
    Post,
    Relation,
    Side,
    UnitRecord,
)
from citygrid.organization.unit_models import Nature, RelationKind
from citygrid.standards.reports import Report

CODE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
ADDRESS = re.compile(r"https?://[^\s/?#@]+(?:[/?#]\S*)?")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
RESERVED = frozenset({"roles", "new", "workbook", "units", "kinds", "rosters"})
"""Codes of bodies that are addresses of other pages."""
_MODELS = (
    ("bodies", Body),
    ("posts", Post),
    ("people", Person),
    ("kinds", BodyKind),
    ("relations", Relation),
    ("records", UnitRecord),
    ("members", Member),
    ("desks", Desk),
    ("extensions", Extension),
)


def check(files: Files, report: Report) -> None:
    """Adds every problem to the report."""
    for name, model in _MODELS:
        lines: list[Line] = getattr(files, name)
        _lengths(lines, model, report)
    _codes(files, report)
    _kinds(files, report)
    bodies = {line["code"]: line for line in files.bodies}
    _bodies(files, report)
    _relations(files.relations, bodies, report)
    _records(files, bodies, report)
    natures = natures_of(files)
    _members(files, bodies, natures, report)
    _centres(files, bodies, natures, report)


def natures_of(files: Files) -> dict[str, str]:
    """Code of a kind -> what the process takes it for."""
    return {line["code"]: line["nature"] for line in files.kinds or kinds.shipped()}


def ended(files: Files, at: date, report: Report) -> None:
    """Bodies that have ended on that day leave no body below them and no post behind."""
    ends = {line["code"]: _day(line["active_until"]) for line in files.bodies}
    gone = {code for code, day in ends.items() if day is not None and day <= at}
    if not gone:
        return
    for line in files.bodies:
        if line["parent"] in gone and line["code"] not in gone:
            message = "%(code)s still lies below %(parent)s, which ends."
            params = {"code": line["code"], "parent": line["parent"]}
            report.add(line.file, line.number, "parent", "below_an_ended_body", message, params)
    for line in files.posts:
        if line["body"] in gone:
            message = "The post %(post)s still belongs to %(body)s, which ends."
            params = {"post": line["code"], "body": line["body"]}
            report.add(line.file, line.number, "body", "post_of_an_ended_body", message, params)


def _lengths(lines: Iterable[Line], model: type[Model], report: Report) -> None:
    most = _most(model)
    for line in lines:
        for column, text in line.cells.items():
            if CONTROL.search(text):
                message = "%(column)s holds a sign that nobody can see."
                report.add(line.file, line.number, column, "control_sign", message, {"column": column})
            if len(text) > most.get(column, 4000):
                params = {"column": column, "most": most.get(column, 4000), "found": len(text)}
                message = "%(column)s has %(found)s signs; at most %(most)s are kept."
                report.add(line.file, line.number, column, "too_long", message, params)


def _most(model: type[Model]) -> dict[str, int]:
    """Column -> the most signs that the database keeps, where it says so."""
    fields = [one for one in model._meta.get_fields() if isinstance(one, CharField)]
    return {one.name: one.max_length for one in fields if one.max_length}


def _codes(files: Files, report: Report) -> None:
    message = "%(value)s is no code: letters A to Z, digits, _ . and - are."
    for lines in (files.kinds, files.bodies, files.posts):
        for line in lines:
            if line["code"] and not CODE.fullmatch(line["code"]):
                report.add(line.file, line.number, "code", "bad_code", message, {"value": line["code"][:60]})
    for line in files.bodies:
        if line["code"] in RESERVED:
            _bad(line, "code", "reserved_code", "%(value)s is kept for a page: take another code.", report)
    for line in files.people:
        if line["login"] and not LOGIN.fullmatch(line["login"]):
            _bad(line, "login", "bad_login", "A login is 2 to 60 small letters, digits, dots, _ and -.", report)


def _kinds(files: Files, report: Report) -> None:
    for line in files.kinds:
        _one_of(line, "nature", Nature.values, report)
        for side in line.many("sides"):
            if side not in Side.values:
                params = {"value": side, "values": ", ".join(Side.values)}
                report.add(KINDS, line.number, "sides", "not_allowed", "%(value)s is none of %(values)s.", params)


def _bodies(files: Files, report: Report) -> None:
    known = {line["code"]: line.many("sides") for line in files.kinds or kinds.shipped()}
    for line in files.bodies:
        if line["kind"] and line["kind"] not in known:
            _bad(line, "kind", "unknown_kind", "There is no kind of bodies %(value)s.", report)
        elif known.get(line["kind"]) and line["side"] in Side.values and line["side"] not in known[line["kind"]]:
            params = {"kind": line["kind"], "side": line["side"]}
            message = "A body of the kind %(kind)s is not on the side %(side)s."
            report.add(line.file, line.number, "side", "side_not_of_kind", message, params)
        if line["partner_address"] and not ADDRESS.fullmatch(line["partner_address"]):
            _bad(line, "partner_address", "not_an_address", "%(value)s is not an address like https://host/.", report)
        _order(line, "active_since", "active_until", report)


def _relations(lines: Iterable[Line], bodies: Mapping[str, Line], report: Report) -> None:
    for line in lines:
        _one_of(line, "kind", RelationKind.values, report)
        for column in ("body", "other"):
            _known(line, column, bodies, "unknown_body", report)
        body, other = bodies.get(line["body"]), bodies.get(line["other"])
        if line["body"] and line["body"] == line["other"]:
            _bad(line, "other", "related_to_itself", "%(value)s cannot be related to itself.", report)
        elif body is not None and other is not None and {body["side"], other["side"]} <= set(Side.values):
            _sides_of(line, body, other, report)
        _dates(line, ("since", "until"), report)
        _order(line, "since", "until", report)


def _sides_of(line: Line, body: Line, other: Line, report: Report) -> None:
    params = {"body": line["body"], "other": line["other"]}
    if line["kind"] == RelationKind.SUPERVISES and (body["side"] == Side.HANDLING or other["side"] != Side.HANDLING):
        message = "%(body)s cannot supervise %(other)s: who supervises does not handle, who is supervised does."
        report.add(line.file, line.number, "other", "sides_mixed", message, params)
    if line["kind"] == RelationKind.HANDLES_FOR and (
        body["side"] != Side.HANDLING or other["side"] == Side.SUPERVISING
    ):
        message = "%(body)s cannot handle for %(other)s: both are on the handling side."
        report.add(line.file, line.number, "other", "sides_mixed", message, params)


def _records(files: Files, bodies: Mapping[str, Line], report: Report) -> None:
    logins = {line["login"]: line for line in files.people}
    for line in files.records:
        _known(line, "body", bodies, "unknown_body", report)
        for login in line.many("team_people"):
            if login not in logins:
                message = "There is no person %(value)s."
                report.add(line.file, line.number, "team_people", "unknown_person", message, {"value": login})


def _members(files: Files, bodies: Mapping[str, Line], natures: Mapping[str, str], report: Report) -> None:
    logins = {line["login"]: line for line in files.people}
    for line in files.members:
        body = bodies.get(line["body"])
        _known(line, "body", bodies, "unknown_body", report)
        if body is not None and natures.get(body["kind"]) != Nature.COMMISSION:
            _bad(line, "body", "not_a_commission", "%(value)s is no commission: it has no members.", report)
        _known(line, "person", logins, "unknown_person", report)
        if bool(line["person"]) == bool(line["name"]):
            message = "A member is a person with an account or a name, one of the two."
            report.add(line.file, line.number, "name", "person_or_name", message)
        _one_of(line, "part", Member.Part.values, report)
        _dates(line, ("since", "until"), report)
        _order(line, "since", "until", report)


def _centres(files: Files, bodies: Mapping[str, Line], natures: Mapping[str, str], report: Report) -> None:
    for line in (*files.desks, *files.extensions):
        body = bodies.get(line["body"])
        _known(line, "body", bodies, "unknown_body", report)
        if body is not None and natures.get(body["kind"]) != Nature.CENTRE:
            _bad(line, "body", "not_a_centre", "%(value)s is no centre: seats and extensions belong to one.", report)
    for line in files.desks:
        _one_of(line, "kind", Desk.Kind.values, report)
    desks = {(line["body"], line["number"]) for line in files.desks}
    posts = {line["code"]: line["body"] for line in files.posts}
    for line in files.extensions:
        if line["desk"] and (line["body"], line["desk"]) not in desks:
            _bad(line, "desk", "unknown_desk", "There is no seat %(value)s in this centre.", report)
        if line["post"] and posts.get(line["post"]) != line["body"]:
            _bad(line, "post", "post_not_of_centre", "There is no post %(value)s in this centre.", report)


def _known(line: Line, column: str, known: Mapping[str, object], code: str, report: Report) -> None:
    if line[column] and line[column] not in known:
        _bad(line, column, code, "There is no %(column)s %(value)s.", report)


def _one_of(line: Line, column: str, values: Iterable[str], report: Report) -> None:
    if line[column] and line[column] not in values:
        params = {"value": line[column], "values": ", ".join(values)}
        report.add(line.file, line.number, column, "not_allowed", "%(value)s is none of %(values)s.", params)


def _dates(line: Line, columns: Iterable[str], report: Report) -> None:
    for column in columns:
        if line[column] and _day(line[column]) is None:
            _bad(line, column, "not_a_date", "%(value)s is not a date like 2026-01-31.", report)


def _order(line: Line, first: str, last: str, report: Report) -> None:
    since, until = _day(line[first]), _day(line[last])
    if since is not None and until is not None and until <= since:
        params = {"since": line[first], "until": line[last]}
        message = "It ends on %(until)s, which is not after its beginning on %(since)s."
        report.add(line.file, line.number, last, "ends_before_it_begins", message, params)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _bad(line: Line, column: str, code: str, message: str, report: Report) -> None:
    report.add(line.file, line.number, column, code, message, {"column": column, "value": line[column]})
