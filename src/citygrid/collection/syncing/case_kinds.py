"""Entries that are acts on cases: a report, a self-handled one, the answer to a task, any other act (S1-36, S1-45).

`report`, `self_report`: data {"case": id chosen by the device, and the act's fields} or {"case", "data": {fields}}.
`answer`: data {"case", "act": verify | check, "item", "data": {fields}}. `act`: the same for any act on a case.
Fields are those of process/acts.py (docs/process.md); files are named by the device's ids."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from citygrid.cases import acting, reading
from citygrid.cases.act_pages import OWN_PAGE
from citygrid.cases.asking import actor_of
from citygrid.cases.submission import Submission
from citygrid.collection.syncing import kinds
from citygrid.collection.syncing.kinds import Answer, Sent
from citygrid.organization.seats import Signed
from citygrid.process import Refusal
from citygrid.process.acts import ACTS
from citygrid.process.refusal import refuse
from citygrid.process.states import STATE_NAMES
from citygrid.web.refusals import tell
from citygrid.web.words import say

TASKS = frozenset({"verify", "check"})
"""Acts that answer a collector's tasks."""
LARGEST_ITEM = 10**6


def register() -> None:
    """Tell what these entries do; called when the app starts."""
    kinds.register("report", lambda signed, sent, now: _new("report", signed, sent, now))
    kinds.register("self_report", lambda signed, sent, now: _new("self_report", signed, sent, now))
    kinds.register("answer", lambda signed, sent, now: _on_case(signed, sent, now, TASKS))
    kinds.register("act", lambda signed, sent, now: _on_case(signed, sent, now, None))


def _new(name: str, signed: Signed, sent: Sent, now: datetime) -> Answer:
    case = _uuid(sent.data.get("case"))
    if case is None:
        return _malformed("case")
    fields = sent.data.get("data", {one: value for one, value in sent.data.items() if one != "case"})
    if not isinstance(fields, Mapping):
        return _malformed("data")
    return _submit(signed, sent, Submission(case, sent.id, name, _with_media(name, fields, sent), sent.made_at), now)


def _on_case(signed: Signed, sent: Sent, now: datetime, only: frozenset[str] | None) -> Answer:
    case, name, fields = _uuid(sent.data.get("case")), sent.data.get("act"), sent.data.get("data", {})
    item = sent.data.get("item")
    if case is None:
        return _malformed("case")
    if not isinstance(fields, Mapping):
        return _malformed("data")
    if item is not None and (type(item) is not int or not 0 <= item <= LARGEST_ITEM):
        return _malformed("item")
    spec = ACTS.get(name) if isinstance(name, str) else None
    if spec is None or spec.creates or spec.name in OWN_PAGE or (only is not None and spec.name not in only):
        told = tell(refuse("unknown_act", act=str(name)[:40]).refusal)
        return Answer("refused", told.code, told.sentence)
    content = _with_media(spec.name, fields, sent)
    return _submit(signed, sent, Submission(case, sent.id, spec.name, content, sent.made_at, item), now)


def _submit(signed: Signed, sent: Sent, submission: Submission, now: datetime) -> Answer:
    creates = ACTS[submission.name].creates
    answer = acting.submit(submission, actor_of(signed), None if creates else signed.scope, now)
    if isinstance(answer, Refusal):
        told = tell(answer, submission.name)
        facts = {"case": str(submission.case)} | ({} if creates else became(signed, submission.case))
        return Answer("refused", told.code, told.sentence, facts)
    case = answer.case
    facts = {"case": str(case.id), "seq": answer.entry.seq, "state": case.state.value, "report_no": case.report_no}
    return Answer("done", facts=facts | ({"case_no": case.case_no} if case.case_no else {}))


def became(signed: Signed, case: UUID) -> dict[str, Any]:
    """What became of a case meanwhile, for whoever answered too late and may still see it."""
    found = reading.case_for(signed.scope, case)
    if found is None:
        return {}
    return {"state": found.state.value, "state_words": say(STATE_NAMES[found.state]), "report_no": found.report_no}


def _with_media(name: str, fields: Mapping[str, Any], sent: Sent) -> dict[str, Any]:
    """The act's fields with media instead of the device's files. Files that no field names go into `media`."""
    content, named = dict(fields), set[UUID]()
    media = [one.name for one in ACTS[name].fields if one.type == "media"]
    for field in media:
        value = content.get(field)
        if isinstance(value, list):
            named.update(one for one in map(_uuid, value) if one is not None)
            content[field] = [_media_of(one, sent) for one in value]
    rest = [str(media_id) for file, media_id in sent.files.items() if file not in named]
    if rest and "media" in media and isinstance(content.get("media", []), list):
        content["media"] = [*content.get("media", []), *rest]
    return content


def _media_of(value: Any, sent: Sent) -> Any:
    """The media of one of the device's files; anything else as it is: the process says what it thinks of it."""
    one = _uuid(value)
    return str(sent.files[one]) if one is not None and one in sent.files else value


def _malformed(field: str) -> Answer:
    message = _("This entry cannot be read (%(where)s: %(why)s).") % {"where": field, "why": _("missing or wrong")}
    return Answer("refused", "malformed", message)


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
