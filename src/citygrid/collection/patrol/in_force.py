"""The rules of positions and patrols in force on a day."""

from datetime import date

from citygrid.collection.patrol.rules import Rules, made
from citygrid.collection.patrol_models import PatrolRules


def rules_on(day: date) -> Rules:
    """The rules in force on a day of the city; a day before the first ones has the first."""
    rows = PatrolRules.objects.order_by("-valid_from")
    row = rows.filter(valid_from__lte=day).first() or rows.last()
    return made(row.data if row is not None else {})
