"""The Django app of this package."""

from django.apps import AppConfig


class CoordinationConfig(AppConfig):
    name = "citygrid.coordination"
    label = "coordination"

    def ready(self) -> None:
        from citygrid.coordination.commission import starting as commission  # noqa: PLC0415 - models load before it
        from citygrid.coordination.dispatching import starting as dispatching  # noqa: PLC0415 - models load before it
        from citygrid.coordination.disputes import starting as disputes  # noqa: PLC0415 - models load before it
        from citygrid.coordination.ledger import starting as ledger  # noqa: PLC0415 - models load before it
        from citygrid.coordination.orders import starting as orders  # noqa: PLC0415 - models load before it
        from citygrid.coordination.second_level import starting as second_level  # noqa: PLC0415 - models load before it
        from citygrid.coordination.supervising import starting as supervising  # noqa: PLC0415 - models load before it
        from citygrid.coordination.units import starting as units  # noqa: PLC0415 - models load before it

        for room in (dispatching, second_level, supervising, units, ledger, disputes, orders, commission):
            room.start()
