"""The order of the house holds for ForeignKey strings too, not only for imports (DESIGN 3)."""

import tomllib
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent.parent


def test_foreign_keys_point_downwards() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    height = {name: -position for position, name in enumerate(layers)}
    wrong = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is not None
        for here, there in [(package(model), package(field.related_model))]
        if here in height and there in height and height[there] > height[here]
    ]
    assert not wrong


def package(model: type) -> str:
    return model.__module__.split(".")[1] if model.__module__.startswith("citygrid.") else ""
