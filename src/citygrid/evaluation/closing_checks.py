"""`citygrid verify` for frozen scores: each text gives its hash, each version follows the one before, the rows behind
are those that the text says, what is frozen is there, and it is what the audit noted when it was frozen. The audit has
a chain of its own, so who writes a score anew with all its hashes, or empties the tables, is seen too."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from citygrid.evaluation import closing, closing_rows, closing_text
from citygrid.evaluation.closing_models import FrozenVersion, PeriodClose
from citygrid.trust.models import AuditRecord


def faults() -> Iterator[str]:
    """A line for each fault."""
    noted = _noted()
    for close in PeriodClose.objects.order_by("pk").iterator():
        versions = list(close.versions.order_by("number"))
        if bool(versions) != close.is_frozen:
            yield f"{close.pk}: version_missing: {len(versions)} versions, state {close.state}"
        yield from _versions(close, versions, noted.pop(str(close.pk), {}))
    for gone in noted:
        yield f"{gone}: close_missing: the audit says that it was frozen"


def _versions(close: PeriodClose, versions: list[FrozenVersion], noted: Mapping[int, str]) -> Iterator[str]:
    previous = ""
    for number, version in enumerate(versions, 1):
        where = f"{close.pk} version {version.number}"
        if version.number != number:
            yield f"{where}: version_missing: version {number} is not there"
        if closing_text.hash_of(version.text) != version.hash:
            yield f"{where}: text_altered: it does not give the hash beside it"
        if noted.get(version.number) != version.hash:
            yield f"{where}: not_as_noted: the audit notes another hash, or none"
        try:
            said = closing_text.read(version.text)
        except (ValueError, KeyError, TypeError):
            yield f"{where}: text_unreadable"
            continue
        if (said.close, said.number, said.previous) != (close.pk, version.number, previous):
            yield f"{where}: chain_broken: it does not follow the version before"
        if closing_rows.digest(closing.rows_of(version)) != said.rows:
            yield f"{where}: rows_altered: the rows behind are not those that were frozen"
        previous = version.hash
    for number in sorted(set(noted) - {version.number for version in versions}):
        yield f"{close.pk} version {number}: version_missing: the audit says that it was frozen"


def _noted() -> dict[str, dict[int, str]]:
    """Close -> number of the version -> hash, as the audit has it from when each was frozen or approved."""
    found: dict[str, dict[int, str]] = defaultdict(dict)
    rows = AuditRecord.objects.filter(subject_kind__in=("close", "correction"), outcome="done")
    for act, subject, params in rows.order_by("pk").values_list("act", "subject_id", "params").iterator():
        if act == "freeze_scores":
            found[subject][params["version"]] = params["hash"]
        elif act == "approve_correction":
            found[params["close"]][params["base"] + 1] = params["hash"]
    return found
