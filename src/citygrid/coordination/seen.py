"""The condition of what a seat may see, with named parameters, for the queries of coordination."""

from typing import Any

from citygrid.organization.visibility import Scope


def seen(scope: Scope, alias: str = "c") -> tuple[str, dict[str, Any]]:
    """Condition on a row of `cases_case` and its parameters (`scope0`, ...)."""
    text, params = scope.sql(alias)
    values = {}
    for number, value in enumerate(params):
        text = text.replace("%s", f"%(scope{number})s", 1)
        values[f"scope{number}"] = value
    return text, values
