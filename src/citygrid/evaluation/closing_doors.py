"""What the closing of periods brings when the app starts: who sees evidence, what is told, what `verify` looks at."""

from citygrid.evaluation import closing_checks, closing_seeing, closing_telling
from citygrid.media import permission
from citygrid.trust import checked
from citygrid.web import navigation


def register() -> None:
    """Called once."""
    permission.register(closing_seeing.may_see_file)
    closing_telling.declare()
    checked.register("scores", closing_checks.faults)
    navigation.add(closing_seeing.ENTRY)
