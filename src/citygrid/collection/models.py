"""The tables of collection; each room's stand in a module of its own."""

__all__: list[str] = []
