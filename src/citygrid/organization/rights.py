"""Rights that open pages of upkeep: which exist, and a page that asks for one (roles as data, S3-19).

A role's `rights` stand in `roles.toml`. What may be done to a case is no right: that is the variant's to say.
"""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from citygrid.organization.seats import Signed, seat_required

P = ParamSpec("P")

LABELS: dict[str, Any] = {
    "accounts.edit": _("make accounts, give new passwords, close and open accounts"),
    "organization.edit": _("make, change and end bodies, their relations, posts, members, seats and extensions"),
    "unit.record": _("keep the record of one's own body: leader, team, rules, emergency plan, funding"),
    "posts.assign": _("give posts to people and take them back"),
    "rosters.edit": _("plan who works which shift in one's own body and those below it, and publish it"),
    "leave.grant": _("grant leave and name stand-ins in one's own body and those below it"),
    "devices.release": _(
        "release the device that somebody of one's own body, or those below it, is bound to; block a lost phone"
    ),
    "audit.read": _("read, search and export the audit"),
    "scopes.explain": _("ask why somebody may see a case, or may not"),
    "callers.read": _("see a caller's name and number, with a reason and a record"),
    "calls.connect": _("connect the telephone system, play it by the softphone"),
    "knowledge.edit": _("write the articles of the knowledge base"),
    "personal.decide": _("decide what people ask about the data held on them"),
    "areas.edit": _("divide and change unit grids, duty grids and service areas"),
    "basedata.survey": _("bring in surveys of components and registers, and correct them"),
    "basedata.publish": _("review and publish surveys, decide on change requests"),
    "basedata.request": _("ask for a change of a component, from the field"),
    "geocoding.edit": _("keep places, aliases and addresses"),
    "delegations.give": _("delegate the office's power to approve, and withdraw it"),
    "messages.manage": _("see messages that do not get out, send them again or give them up; see their rules"),
    "meetings.read": _("read minutes of the commission and reports of the problem library"),
    "meetings.edit": _("call meetings of the commission, keep minutes, issue reports of the problem library"),
    "maps.manage": _("register, style and share map layers"),
    "permits.edit": _("enter, change and take back permits, also from a file"),
    "scores.enter": _("enter scores, surveys, appraisals, bonus and deduction for the evaluation"),
    "scores.approve": _("approve what somebody else entered for the evaluation"),
    "scores.close": _("close periods of the evaluation, freeze and publish scores, propose and approve corrections"),
    "scores.review": _("review appeals against figures of the evaluation, first or second"),
    "scores.appeal": _(
        "see the figures of one's own body, or one's own, while they can be appealed against, and appeal"
    ),
    "schemes.edit": _("try formulas of indicators, propose them and other versions of schemes of the evaluation"),
    "schemes.confirm": _("confirm or refuse what somebody else proposed of schemes and indicators of the evaluation"),
    "bulletins.make": _("make bulletins and reports of the evaluation"),
    "bulletins.rules": _("say who issues the reports of the evaluation, to whom and when; keep their templates"),
    "surveys.edit": _("make, publish and end special surveys, see what they found"),
    "borders.withdraw": _("withdraw answers that collectors gave at a border"),
    "shifts.lead": _("lead a shift: the board of the centre, its hand-over sheets"),
    "evidence.inspect": _("look at the evidence of photos and what is wrong with it; propose and confirm findings"),
    "findings.decide": _("decide appeals of collectors against findings"),
    "findings.read": _("read findings on the people of one's own body and those below it"),
    "teams.see": _("see where collectors of one's own scope are, what they did and what is expected of them"),
    "teams.lead": _("the same; call the roll, draw samples of their work and judge them"),
    "statements.make": _("draft the monthly statements of collection contractors, answer their objections"),
    "statements.settle": _("settle statements that somebody else drafted"),
    "statements.object": _("look at the statements of one's own body, object to lines, agree"),
    "standing.file": _("file evidence of the standing duties of one's own body and those below it"),
    "standing.check": _("draw the lots of standing duties and check them on the spot"),
    "standing.edit": _("make, change and end standing duties; take back a check of somebody else"),
    "upkeep.make": _("draft what units are to be paid for maintenance"),
    "upkeep.confirm": _("confirm such a draft of somebody else"),
    "leaders.read": _("read the list for leaders and print it"),
}
"""Every right, and what it opens."""


def may(signed: Signed | None, right: str) -> bool:
    """Whether the post in use has the right. KeyError for a right that does not exist."""
    LABELS[right]
    return signed is not None and right in signed.role.rights


def right_required(
    *rights: str,
) -> Callable[
    [Callable[Concatenate[HttpRequest, Signed, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """A page for whoever has one of the rights: it gets `(request, signed, ...)`; other posts are refused (403)."""

    def wrap(
        view: Callable[Concatenate[HttpRequest, Signed, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        def guarded(request: HttpRequest, signed: Signed, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not any(may(signed, right) for right in rights):
                raise PermissionDenied
            return view(request, signed, *args, **kwargs)

        update_wrapper(guarded, view)
        return seat_required(guarded)

    return wrap
