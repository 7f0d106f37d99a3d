"""The Django app of this package."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    name = "citygrid.evaluation"
    label = "evaluation"

    def ready(self) -> None:
        from citygrid.evaluation import (  # noqa: PLC0415 - models load before it
            closing_doors,
            entry_seeing,
            pages,
            scheme_telling,
            score_doors,
        )
        from citygrid.evaluation.insight import doors  # noqa: PLC0415 - models load before it
        from citygrid.evaluation.standing import starting  # noqa: PLC0415 - models load before it
        from citygrid.media import permission  # noqa: PLC0415 - models load before it
        from citygrid.organization import key_scopes  # noqa: PLC0415 - models load before it
        from citygrid.web import navigation  # noqa: PLC0415 - models load before it

        entry = navigation.Entry("evaluation:table", _("Evaluation"), "chart-bar", 60, pages.may_look, "e",
                                 frozenset({"evaluator", "leader"}))  # fmt: skip
        navigation.add(entry)
        permission.register(entry_seeing.may_see_file)
        starting.register()
        doors.register()
        score_doors.register()
        closing_doors.register()
        scheme_telling.declare()
        door = key_scopes.Door("/api/v1/evaluation")
        key_scopes.add(key_scopes.KeyScope("evaluation.read", _("the evaluation: read"), (door,), order=60))
