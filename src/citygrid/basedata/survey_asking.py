"""Which surveys exist for a post, and refusals of surveys as sentences in the reader's language."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from citygrid.basedata import seeing
from citygrid.basedata.models import Survey, SurveyRow
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal
from citygrid.tabular import TableError
from citygrid.web.refusals import Told

STATES = dict(Survey.Status.choices)


def surveys(signed: Signed) -> QuerySet[Survey]:
    """One's own; for whoever publishes, those with a row on their ground as well (`seeing.sight`), all for the city."""
    rows = Survey.objects.select_related("register", "made_by", "submitted_by", "decided_by")
    own = Q(made_by=signed.person)
    if not may(signed, "basedata.publish"):
        return rows.filter(own) if may(signed, "basedata.survey") else rows.none()
    sight = seeing.sight(signed)
    if sight.everything:
        return rows
    ground = Q(pk__in=())
    for level, codes in sight.areas:
        ground |= Q(**{f"{level}__in": codes})
    return rows.filter(own | Exists(SurveyRow.objects.filter(ground, survey=OuterRef("pk"))))


def waiting(signed: Signed) -> int | None:
    """Surveys that this post could review now; None for a post that reviews none."""
    if not may(signed, "basedata.publish"):
        return None
    mine = Q(submitted_by=signed.person) | Q(made_by=signed.person)
    return surveys(signed).filter(status=Survey.Status.SUBMITTED).exclude(mine).count()


def survey(signed: Signed, pk: UUID) -> Survey:
    """404 for one that does not exist for the post."""
    found = surveys(signed).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def tell(refusal: Refusal) -> Told:
    """The sentence of a refusal, with the names of what it names."""
    params = {name: _shown(name, value) for name, value in refusal.params.items()}
    return Told(refusal.code, _(refusal.message) % params, str(refusal.params.get("field", "")))


def tell_table(error: TableError) -> Told:
    return Told(error.code, _(error.message) % {k: _shown(k, v) for k, v in error.params.items()})


def told(said: dict[str, Any] | None) -> Told | None:
    """What a survey keeps of a failure: {"code", "message", "params"}."""
    if not said:
        return None
    params = {name: _shown(name, value) for name, value in said.get("params", {}).items()}
    return Told(said["code"], _(said["message"]) % params)


def _shown(name: str, value: Any) -> str:
    if name == "status" and value in STATES:
        return str(STATES[value])
    if isinstance(value, list | tuple | set | frozenset):
        return _(", ").join(str(one) for one in value)
    return str(value)
