"""Where the effects of acts are gathered; `@effect` names the act that a function carries out."""

from collections.abc import Callable

from citygrid.process.step import Step

Effect = Callable[[Step], None]
EFFECTS: dict[str, Effect] = {}


def effect(*acts: str) -> Callable[[Effect], Effect]:
    def keep(function: Effect) -> Effect:
        for act in acts:
            assert act not in EFFECTS, act
            EFFECTS[act] = function
        return function

    return keep
