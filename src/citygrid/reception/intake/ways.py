"""The rule of a source in words: who enters it, whether it is verified first, who files, what the reporter is told; and
in which group it is counted. All of it is the variant's (`[sources.CODE]`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from citygrid.cases import naming, wording
from citygrid.cases.delegations import variants_at
from citygrid.organization.seats import Signed
from citygrid.process.rules import Source, Variant
from citygrid.rulebook.slices import NoRules, rules_at

GROUPS: dict[str, tuple[str, str]] = {
    "collector": ("监督员", "Collectors"),
    "public": ("公众", "The public"),
    "leader": ("领导交办", "Leaders"),
    "department": ("部门移送", "Other departments"),
    "self_check": ("部门自查", "Units' own checks"),
    "inspection": ("督查", "Inspection"),
    "system": ("系统采集", "Systems"),
    "other": ("其他", "Others"),
}
"""Words of the groups that variants use; a city's own shows its code."""


@dataclass(frozen=True, slots=True)
class Way:
    """How reports of a source go on."""

    name: str
    group: str
    rule: str


def sources_at(at: datetime) -> dict[str, Source]:
    """Every source of the variants in force; of one that several have, the first counts."""
    found: dict[str, Source] = {}
    for variant in variants_at(at):
        for code, source in variant.sources.items():
            found.setdefault(code, source)
    return found


def groups_at(at: datetime) -> dict[str, list[str]]:
    """Group -> its sources."""
    found: dict[str, list[str]] = {}
    for code, source in sources_at(at).items():
        found.setdefault(source.counted, []).append(code)
    return found


def variant_for(district: int | None, at: datetime) -> Variant | None:
    """The variant in force in a district; None before a city is loaded."""
    try:
        return rules_at(at).variant(district)
    except NoRules:
        return None


def ways(codes: Iterable[str], variant: Variant | None) -> dict[str, Way]:
    """The rules of these sources in words, in a variant."""
    sources: Mapping[str, Source] = variant.sources if variant is not None else {}
    roles = {role for one in sources.values() for role in one.file}
    filing = variant.acts.get("file_case", frozenset()) if variant is not None else frozenset()
    names = naming.roles(roles | filing)
    found = {}
    for code in set(codes):
        source = sources.get(code)
        if source is None:
            found[code] = Way(wording.source(code), "", "")
            continue
        who = _(", ").join(names.get(role, role) for role in sorted(source.file or filing))
        parts = [_("verified first") if source.verify else _("accepted without verification")]
        parts.append(_("filed by: %(who)s") % {"who": who} if who else "")
        parts.append(_("the reporter is told") if source.reply else "")
        found[code] = Way(wording.source(code), source.counted, " · ".join(part for part in parts if part))
    return found


def may_enter(who: Signed, at: datetime) -> list[tuple[str, str]]:
    """Acts and sources by which this post may enter something of its own: (act, source)."""
    variant = variant_for(None, at)
    if variant is None:
        return []
    role = who.role.code
    acts = [act for act in ("log_call", "report", "warn") if role in variant.acts.get(act, frozenset())]
    return [
        (act, code) for code, source in sorted(variant.sources.items(), key=lambda one: one[1].order)
        for act in acts if source.taken(act, role) and act in source.acts
    ]  # fmt: skip
