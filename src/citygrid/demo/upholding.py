"""The demo's maintenance fund: a closed month of each unit that keeps what has a price, drafted and confirmed; one
draft waits for its second person."""

from datetime import timedelta

from citygrid.basedata import maintained
from citygrid.demo.holders import holder
from citygrid.demo.judging import Month
from citygrid.evaluation.standing_models import FundCheck
from citygrid.evaluation.upkeep import funds, pages
from citygrid.organization.models import Body
from citygrid.process.refusal import Refusal

AFTER = timedelta(days=20, hours=10)
"""From the end of a month to its drafts."""


def bring(month: Month) -> int:
    """How many drafts and confirmed ones the month has; a second time adds nothing."""
    rules = funds.rules_at(month.of.last)
    at = min(month.at, month.moment(month.of.last, 0) + AFTER)
    maker = holder(pages.MAKE, at)
    second = holder(pages.CONFIRM, at, but=[maker.person.pk]) if maker is not None else None
    if rules is None or maker is None or second is None or at.astimezone(month.zone).date() <= month.of.last:
        return 0
    priced = {price.class_id for price in rules.prices}
    found = Body.objects.filter(code__in=maintained.bodies(month.of.last)).order_by("code")
    units = [unit for unit in found if priced & set(maintained.counts(unit.code, month.of.last))]
    newest = month.of.last + timedelta(days=45) > month.at.date()
    for unit in units:
        id = month.id("fund", unit.code)
        if FundCheck.objects.filter(pk=id).exists():
            continue
        made = funds.draft(id, unit, month.of.first, "", maker, at)
        if isinstance(made, Refusal) or (newest and unit == units[-1]):
            continue
        funds.confirm(made.pk, second, at + timedelta(minutes=50))
    return FundCheck.objects.filter(first=month.of.first).count()
