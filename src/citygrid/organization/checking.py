"""Whether the files of an organization fit together, before anything is kept (S0-04, S3-19)."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from citygrid.areas import tree as area_tree
from citygrid.organization import kinds, rights, unit_checking
from citygrid.organization.files import BODIES, DUTIES, PEOPLE, POSTS, ROLE_FLAGS, ROLE_NUMBERS, ROLES, Files, Line
from citygrid.organization.models import ScopeKind, Side
from citygrid.organization.separation import PostFacts, holder_fault, post_fault
from citygrid.standards.reports import Report


def check(files: Files, known_areas: frozenset[str], report: Report, at: date) -> None:
    """Adds every problem to the report: names that lead nowhere, circles, sides and posts that must not
    meet, and what a body that has ended on that day leaves behind."""
    _roles(files, report)
    bodies = {line["code"]: line for line in files.bodies}
    _bodies(files.bodies, bodies, report)
    unit_checking.check(files, report)
    unit_checking.ended(files, at, report)
    for line in files.bodies:
        if line["calendar"] and line["calendar"] not in files.calendars:
            _unknown(line, "calendar", "unknown_calendar", report)
    for lines in (files.bodies, files.posts):
        _areas(lines, "areas", known_areas, report)
    _areas(files.duties, "duty_grid", known_areas, report)
    posts = _posts(files, bodies, report)
    _seats(files, posts, report)
    _duties(files, report)


def known_area_codes(files: Files) -> frozenset[str]:
    """Those of the codes in the files that there are areas for."""
    lines = [*files.bodies, *files.posts]
    wanted = {code for line in lines for code in line.many("areas")}
    wanted.update(line["duty_grid"] for line in files.duties)
    ids = area_tree.ids_by_code(wanted)
    return frozenset(area_tree.codes_by_id(ids).values())


def weekdays(text: str) -> int | None:
    """The bits of "12345" (1 Monday, 7 Sunday); None when it is not such a text."""
    if not text or len(set(text)) != len(text) or set(text) - set("1234567"):
        return None
    return sum(1 << int(sign) - 1 for sign in text)


def moment_of(text: str) -> time | None:
    """A time of day; None when it is none."""
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


def day_of(text: str) -> date | None:
    """A date; None when it is empty or none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _roles(files: Files, report: Report) -> None:
    for code, facts in files.roles.items():
        for key, values in (("side", Side.values), ("scope", ScopeKind.values)):
            if facts.get(key) not in values:
                params = {"value": str(facts.get(key)), "values": ", ".join(values)}
                message = "%(value)s is none of %(values)s."
                report.add(ROLES, 0, f"{code}.{key}", "not_allowed", message, params)
        for key in ROLE_FLAGS:
            if not isinstance(facts.get(key, False), bool):
                report.add(ROLES, 0, f"{code}.{key}", "not_a_flag", "This is true or false, nothing else.")
        for key, most in ROLE_NUMBERS.items():
            number = facts.get(key)
            if number is not None and (type(number) is not int or not 1 <= number <= most):
                message = "This is a whole number from 1 to %(most)s."
                report.add(ROLES, 0, f"{code}.{key}", "not_in_range", message, {"most": most})
        for right in _unknown_rights(facts.get("rights", [])):
            message = "There is no right %(right)s."
            report.add(ROLES, 0, f"{code}.rights", "unknown_right", message, {"right": right})
        if not facts.get("name"):
            report.add(ROLES, 0, f"{code}.name", "missing", "%(column)s is missing.", {"column": "name"})


def _unknown_rights(wanted: Any) -> list[str]:
    if not isinstance(wanted, list):
        return [str(wanted)]
    return [str(one) for one in wanted if one not in rights.LABELS]


def _bodies(lines: Sequence[Line], bodies: Mapping[str, Line], report: Report) -> None:
    below_themselves = circles({line["code"]: line["parent"] for line in lines})
    for line in lines:
        if line["side"] not in Side.values:
            params = {"value": line["side"], "values": ", ".join(Side.values)}
            report.add(BODIES, line.number, "side", "not_allowed", "%(value)s is none of %(values)s.", params)
        if line["parent"] and line["parent"] not in bodies:
            _unknown(line, "parent", "unknown_parent", report)
        elif line["code"] in below_themselves:
            params = {"code": line["code"]}
            report.add(BODIES, line.number, "parent", "circle", "%(code)s lies below itself.", params)
        _dates(line, ("active_since", "active_until"), report)


def circles(parents: Mapping[str, str]) -> frozenset[str]:
    """The codes that lie below themselves; each code is walked once, however many bodies there are."""
    found: set[str] = set()
    settled: set[str] = set()
    for start in parents:
        path: dict[str, None] = {}
        code = start
        while code in parents and code not in settled and code not in path:
            path[code] = None
            code = parents[code]
        if code in path:
            walked = list(path)
            found.update(walked[walked.index(code) :])
        settled.update(path)
    return frozenset(found)


def _above(line: Line, bodies: Mapping[str, Line]) -> list[Line]:
    """The bodies above, each once (they may go in a circle)."""
    above: dict[str, Line] = {}
    parent = bodies.get(line["parent"])
    while parent is not None and parent["code"] not in above:
        above[parent["code"]] = parent
        parent = bodies.get(parent["parent"])
    return list(above.values())


def _areas(lines: Sequence[Line], column: str, known: frozenset[str], report: Report) -> None:
    for line in lines:
        for code in line.many(column):
            if code not in known:
                params = {"value": code}
                report.add(line.file, line.number, column, "unknown_area", "There is no area %(value)s.", params)


def _posts(files: Files, bodies: Mapping[str, Line], report: Report) -> dict[str, PostFacts]:
    found: dict[str, PostFacts] = {}
    natures = {line["code"]: line["nature"] for line in files.kinds or kinds.shipped()}
    for line in files.posts:
        body, role = bodies.get(line["body"]), files.roles.get(line["role"])
        if body is None:
            _unknown(line, "body", "unknown_body", report)
        if role is None:
            _unknown(line, "role", "unknown_role", report)
        if body is None or role is None:
            continue
        facts = _facts(line, body, role, bodies, natures)
        fault = post_fault(facts)
        if fault is not None:
            report.add(POSTS, line.number, "role", fault.code, fault.message, dict(fault.params))
        found[line["code"]] = facts
    return found


def _facts(
    line: Line, body: Line, role: Mapping[str, Any], bodies: Mapping[str, Line], natures: Mapping[str, str]
) -> PostFacts:
    return PostFacts(
        post=line["code"],
        body=body["code"],
        body_side=body["side"],
        role=line["role"],
        role_side=str(role.get("side")),
        judging=bool(role.get("judging")),
        exclusive=str(role.get("exclusive", "")),
        outside=bool(role.get("outside")),
        above=frozenset(natures.get(one["kind"], one["kind"]) for one in _above(body, bodies)),
    )


def _seats(files: Files, posts: Mapping[str, PostFacts], report: Report) -> None:
    """Who holds which posts, for each person all together; a sheet of posts held names people by their logins."""
    logins = {line["login"] for line in files.people}
    held: dict[str, list[PostFacts]] = {}
    for line in files.seats:
        column = "posts" if line.file == PEOPLE else "post"
        if line["login"] not in logins:
            _unknown(line, "login", "unknown_person", report)
        post = posts.get(line["post"])
        if post is None:
            params = {"value": line["post"]}
            report.add(line.file, line.number, column, "unknown_post", "There is no post %(value)s.", params)
            continue
        mine = held.setdefault(line["login"], [])
        fault = holder_fault(mine, post)
        if fault is not None:
            report.add(line.file, line.number, column, fault.code, fault.message, dict(fault.params))
        mine.append(post)


def _duties(files: Files, report: Report) -> None:
    posts = {line["code"] for line in files.posts}
    people = {line["login"] for line in files.people}
    for line in files.duties:
        if line["post"] and line["post"] not in posts:
            _unknown(line, "post", "unknown_post", report)
        if line["person"] and line["person"] not in people:
            _unknown(line, "person", "unknown_person", report)
        if not line["post"] and not line["person"]:
            report.add(DUTIES, line.number, "post", "nobody", "A shift needs a post or a person.")
        if line["weekdays"] and weekdays(line["weekdays"]) is None:
            params = {"value": line["weekdays"]}
            message = "%(value)s are not days of the week from 1 (Monday) to 7."
            report.add(DUTIES, line.number, "weekdays", "not_weekdays", message, params)
        for column in ("starts", "ends"):
            if line[column] and moment_of(line[column]) is None:
                _bad(line, column, "not_a_time", "%(value)s is not a time like 08:30.", report)
        _dates(line, ("first_day", "last_day"), report)


def _dates(line: Line, columns: Sequence[str], report: Report) -> None:
    for column in columns:
        if line[column] and day_of(line[column]) is None:
            _bad(line, column, "not_a_date", "%(value)s is not a date like 2026-01-31.", report)


def _unknown(line: Line, column: str, code: str, report: Report) -> None:
    _bad(line, column, code, "There is no %(column)s %(value)s.", report)


def _bad(line: Line, column: str, code: str, message: str, report: Report) -> None:
    report.add(line.file, line.number, column, code, message, {"column": column, "value": line[column]})
