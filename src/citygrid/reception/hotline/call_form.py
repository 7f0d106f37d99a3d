"""The form of the hotline desk as it was typed: read, told what is wrong with it, made into acts and outcomes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import QueryDict
from django.utils.translation import gettext as _

from citygrid.cases.forms import ActForm, Asked
from citygrid.organization.seats import Signed
from citygrid.process.acts import ACTS
from citygrid.reception.call_models import Article, Call, Transfer
from citygrid.reception.hotline.outcomes import Outcome, Passed
from citygrid.reception.hotline.registering import Wanted

KEPT = ("call_kind", "outcome", "caller", "phone", "text", "place", "told", "to_name", "to_body", "ground", "reason")
O = Call.Outcome  # noqa: E741 - short for a table of choices


@dataclass(slots=True)
class Typed:
    """What was typed. `errors`: by field; `act_form`: the act's own form, bound when a case is to be registered."""

    act: UUID
    case: UUID
    kind: str = Call.Kind.COMPLAINT
    outcome: str = O.CASE
    values: Mapping[str, str] = field(default_factory=dict)
    article: Article | None = None
    reply_wanted: bool = False
    accept: bool = True
    distinct: bool = False
    condition: str = ""
    into: UUID | None = None
    errors: dict[str, str] = field(default_factory=dict)
    act_form: ActForm | None = None


def empty(signed: Signed, at: datetime, initial: Mapping[str, Any] | None = None) -> Typed:
    """A form that nobody has typed into."""
    made = Typed(uuid4(), uuid4(), values={"call_kind": Call.Kind.COMPLAINT, "outcome": O.CASE})
    made.act_form = ActForm(Asked(ACTS["log_call"], signed, at), initial=initial)
    return made


def read(data: QueryDict, signed: Signed, at: datetime) -> Typed | None:
    """What was sent; None when its ids are none (a form of ours always has them)."""
    act, case = uuid_of(data.get("act_id")), uuid_of(data.get("case"))
    if act is None or case is None:
        return None
    into = uuid_of(data.get("join"))
    typed = Typed(
        act, case, data.get("call_kind", ""), O.CASE if into is not None else data.get("outcome", ""),
        {name: data.get(name, "") for name in KEPT}, _article(data.get("article")), "reply_wanted" in data,
        "accept" in data, "distinct" in data, data.get("condition", "")[:10], into,
        act_form=ActForm(Asked(ACTS["log_call"], signed, at), data),
    )  # fmt: skip
    _check(typed)
    return typed


def _check(typed: Typed) -> None:
    if typed.kind not in Call.Kind.values:
        typed.errors["call_kind"] = _("Choose the kind of call.")
    if typed.outcome not in (O.CASE, O.ANSWERED, O.TRANSFERRED, O.NOTHING):
        typed.errors["outcome"] = _("Choose what becomes of the call.")
    text = typed.values["text"].strip()
    if typed.outcome == O.CASE:
        assert typed.act_form is not None
        if not text:
            typed.errors["text"] = _("Say in a few words what the caller told.")
        if not typed.act_form.is_valid():
            shown = {name: " ".join(map(str, errors)) for name, errors in typed.act_form.errors.items()}
            if "lon" in shown or "lat" in shown:
                shown["place"] = _("Find the place, or click the map.")
            typed.errors |= shown
    elif typed.outcome == O.ANSWERED and typed.article is None and not text:
        typed.errors["text"] = _("Take an article of the knowledge base, or write down what was answered.")
    elif typed.outcome == O.TRANSFERRED:
        _check_passed(typed)


def _check_passed(typed: Typed) -> None:
    """Why it is not ours, and to whom it went."""
    if typed.values["ground"] not in Transfer.Ground.values:
        typed.errors["ground"] = _("Say why it is not ours.")
    if not typed.values["to_body"] and not typed.values["to_name"].strip():
        typed.errors["to_name"] = _("Say to whom it was passed on.")


def wanted(typed: Typed) -> Wanted:
    """The case that is to be registered."""
    assert typed.act_form is not None
    content = typed.act_form.content(typed.act)
    reason = typed.values["reason"].strip() or _("The same problem was reported again.")
    return Wanted(typed.case, typed.act, content, typed.accept, typed.condition, typed.into, reason, typed.distinct)


def outcome(typed: Typed, case: UUID | None) -> Outcome:
    """What is noted on the call. Words of a registered case stand in the case, not here too."""
    kind = O.JOINED if typed.into is not None and case is not None else typed.outcome
    words = "" if case is not None else typed.values["text"]
    return Outcome(
        typed.kind, kind, typed.values["caller"], typed.values["phone"], words, case,
        typed.article if kind == O.ANSWERED else None, typed.reply_wanted,
    )  # fmt: skip


def passed(typed: Typed) -> Passed:
    """To whom it was passed on; the form's id makes sending it again harmless."""
    text = typed.values["to_body"]
    to_body = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    return Passed(typed.act, typed.values["ground"], to_body, typed.values["to_name"], typed.values["told"])


def _article(text: str | None) -> Article | None:
    known = text if text is not None and text.isascii() and text.isdigit() and len(text) < 18 else None
    return Article.objects.filter(pk=int(known)).first() if known else None


def uuid_of(text: str | None) -> UUID | None:
    """An id; None for what is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
