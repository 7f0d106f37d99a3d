"""What standing duties bring when the app starts: who sees their photos, what is told, what `verify` looks at, pages
in the bar."""

from django.utils.translation import gettext_lazy as _

from citygrid.evaluation.leaders import pages as leaders
from citygrid.evaluation.standing import due_telling, seeing
from citygrid.evaluation.upkeep import fund_proofs
from citygrid.evaluation.upkeep import pages as upkeep
from citygrid.media import permission
from citygrid.trust import checked
from citygrid.web import navigation


def register() -> None:
    """Called once."""
    permission.register(seeing.may_see_file)
    checked.register("funds", fund_proofs.faults)
    due_telling.declare()
    navigation.add(navigation.Entry("evaluation:standing", _("Standing duties"), "repeat", 61, seeing.may_open))
    navigation.add(navigation.Entry("evaluation:funds", _("Maintenance fund"), "coins", 63, upkeep.may_open))
    told = navigation.Entry("evaluation:leaders", _("List for leaders"), "clipboard-text", 59, leaders.may_open,
                            work_of=frozenset({"leader"}))  # fmt: skip
    navigation.add(told)
