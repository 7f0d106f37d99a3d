"""Whether a gathered rulebook hangs together: every code that is named is there."""

import tomllib
from collections.abc import Iterable
from datetime import date

from citygrid.areas import tree as areas
from citygrid.organization.models import Body, Role
from citygrid.process.rules import StepRule, Variant
from citygrid.rulebook.calendars import check_calendar, days_text
from citygrid.rulebook.gathering import Gathered
from citygrid.rulebook.profiles import CityProfile
from citygrid.rulebook.variants import parse_variant
from citygrid.standards.reports import Report

WITHOUT_POST = frozenset({"public", "system"})


def check(gathered: Gathered, profile: CityProfile, at: date, report: Report) -> None:
    """Note every problem between the files, and with the areas and bodies that are there."""
    _conditions(gathered, report)
    _responsibilities(gathered, report)
    _calendars(gathered, profile, report)
    variants = _variants(gathered, report)
    _profile(gathered, profile, report)
    for file, variant in variants:
        _steps(file, variant, gathered, report)
    for code, text in gathered.schemes.items():
        try:
            tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            report.add(f"schemes/{code}.toml", 0, "", "not_toml", "This is not TOML: %(reason)s.",
                       {"reason": str(error)})  # fmt: skip


def _conditions(gathered: Gathered, report: Report) -> None:
    file = "rulebook/conditions.csv"
    for key, row in gathered.conditions.items():
        if (row["class_id"],) not in gathered.classes:
            report.add(file, gathered.lines.get((file, key), 0), "class_id", "unknown_class",
                       "There is no class %(class_id)s.", {"class_id": row["class_id"]})  # fmt: skip


def _responsibilities(gathered: Gathered, report: Report) -> None:
    file = "rulebook/responsibilities.csv"
    rows = gathered.responsibilities
    bodies = set(Body.objects.values_list("code", flat=True))
    named = {row["area"] for row in rows.values() if row["area"]}
    known = set(areas.codes_by_id(areas.ids_by_code(named)).values())
    classes = [class_id for (class_id,) in gathered.classes]
    for key, row in rows.items():
        line = gathered.lines.get((file, key), 0)
        pattern = row["classes"]
        if pattern != "*" and not _matches(pattern, classes):
            report.add(file, line, "classes", "unknown_class", "No class is meant by %(classes)s.",
                       {"classes": pattern})  # fmt: skip
        if row["area"] and row["area"] not in known:
            report.add(file, line, "area", "unknown_area", "There is no area %(area)s.", {"area": row["area"]})
        if row["body"] not in bodies:
            report.add(file, line, "body", "unknown_body", "There is no body %(body)s.", {"body": row["body"]})


def _matches(pattern: str, classes: Iterable[str]) -> bool:
    if pattern.endswith("*"):
        return any(one.startswith(pattern[:-1]) for one in classes)
    return pattern in classes


def _calendars(gathered: Gathered, profile: CityProfile, report: Report) -> None:
    days = days_text(profile.days, gathered.days.write())
    for code, text in gathered.calendars.items():
        file = f"calendars/{code}.toml"
        found = check_calendar(file, text, days)
        if found.ok and tomllib.loads(text).get("code") != code:
            found.add(file, 0, "code", "wrong_code", "The code must be the file's name.")
        report.merge([found])
    for body, calendar in Body.objects.exclude(calendar="").values_list("code", "calendar"):
        if calendar not in gathered.calendars:
            report.add("bodies.csv", 0, "calendar", "unknown_calendar",
                       "The body %(body)s names the calendar %(calendar)s, which is not there.",
                       {"body": body, "calendar": calendar})  # fmt: skip


def _variants(gathered: Gathered, report: Report) -> list[tuple[str, Variant]]:
    found = []
    for code, text in gathered.variants.items():
        file = f"variants/{code}.toml"
        variant, problems = parse_variant(file, text)
        report.merge([problems])
        if variant is not None:
            found.append((file, variant))
            if variant.code != code:
                report.add(file, 0, "code", "wrong_code", "The code must be the file's name.")
    return found


def _profile(gathered: Gathered, profile: CityProfile, report: Report) -> None:
    file = "city.toml"
    if profile.calendar not in gathered.calendars:
        report.add(file, 0, "calendar.city", "unknown_calendar", "There is no calendar %(calendar)s.",
                   {"calendar": profile.calendar})  # fmt: skip
    for key, code in {"city": profile.variant, **profile.districts}.items():
        if code not in gathered.variants:
            report.add(file, 0, f"variants.{key}", "unknown_variant", "There is no variant %(variant)s.",
                       {"variant": code})  # fmt: skip
    for code in profile.districts:
        if not areas.ids_by_code([code]):
            report.add(file, 0, f"variants.districts.{code}", "unknown_area", "There is no area %(area)s.",
                       {"area": code})  # fmt: skip


def _steps(file: str, variant: Variant, gathered: Gathered, report: Report) -> None:
    roles = set(Role.objects.values_list("code", flat=True)) | WITHOUT_POST
    for act, allowed in variant.acts.items():
        for role in sorted(allowed - roles):
            report.add(file, 0, f"acts.{act}", "unknown_role", "There is no role %(role)s.", {"role": role})
    steps: list[tuple[str, StepRule]] = [(f"steps.{kind}", step) for kind, step in variant.steps.items()]
    for kind, approval in variant.approvals.items():
        steps += [(f"approvals.{kind}.steps[{n}]", step) for n, step in enumerate(approval.steps)]
    for key, step in steps:
        if step.role not in roles:
            report.add(file, 0, f"{key}.role", "unknown_role", "There is no role %(role)s.", {"role": step.role})
        if step.calendar and step.calendar not in gathered.calendars:
            report.add(file, 0, f"{key}.calendar", "unknown_calendar", "There is no calendar %(calendar)s.",
                       {"calendar": step.calendar})  # fmt: skip
