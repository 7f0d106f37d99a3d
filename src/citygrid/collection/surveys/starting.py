"""What this room adds when the program starts: kinds of entries, sections of the pack, panels, rights of photos."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from citygrid.cases import panels
from citygrid.collection.surveys import (
    answers,
    border_pages,
    bordered,
    borders,
    campaigns,
    component_changes,
    owners,
    refusals,
    seeing_photos,
    spots,
)
from citygrid.collection.syncing import kinds, pack
from citygrid.coordination.dispatching import bordering
from citygrid.media import permission
from citygrid.organization.rights import may
from citygrid.web import navigation
from citygrid.web import refusals as told


def register() -> None:
    """Called when the app starts."""
    kinds.register("survey_answer", answers.take)
    kinds.register("component_change", component_changes.take)
    kinds.register("border", borders.take)
    pack.section("surveys", answers.section)
    pack.section("owners", owners.section, etag=owners.etag)
    pack.section("cards", component_changes.cards, etag=component_changes.cards_mark)
    pack.section("component_changes", component_changes.own)
    seen = border_pages.may_see_case
    panels.add(panels.Panel("collection:border_of_case", _("At a border"), order=40, may=seen))
    panels.add(panels.Panel("collection:border_above", "", "act", 30, may=seen, acts=("dispatch",)))
    bordering.register(bordered.precedents)
    permission.register(seeing_photos.may_see)
    told.know("survey_why", lambda value: refusals.words(str(value)))
    surveys = navigation.Entry("collection:surveys", _("Special surveys"), "clipboard-list", 63, _edits)
    navigation.add(surveys)
    navigation.add(navigation.Entry("collection:spots", _("Spot checks"), "dice-5", 64, spots.may_give))
    borders_list = navigation.Entry(
        "collection:borders", _("Answers at a border"), "border-sides", 65,
        lambda seat: seat is not None and border_pages.may_open(seat),
    )  # fmt: skip
    navigation.add(borders_list)


def _edits(signed: Any) -> bool:
    return signed is not None and may(signed, campaigns.RIGHT)
