"""The second city for those who attack it, and the way to all addresses of the site."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.cases.conftest import city, world  # noqa: F401 - fixtures
from tests.cases.pages import sign  # noqa: F401 - a fixture

# Something for each kind of part of an address.
SAMPLES: dict[str, Any] = {
    "uuid": "00000000-0000-4000-8000-000000000000",
    "uuidstr": "00000000-0000-4000-8000-000000000000",
    "int": 1,
    "slug": "x",
    "str": "x",
    "path": "x",
}


def _addresses(patterns: list[Any], before: str = "") -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from _addresses(one.url_patterns, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            text = before + str(one.pattern)
            for name, converter in one.pattern.converters.items():
                kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
                for shown in (f"<{kind}:{name}>", f"<{name}>"):
                    text = text.replace(shown, str(SAMPLES[kind]))
            yield "/" + text.replace("^", "").replace("$", "")


@pytest.fixture(scope="session")
def addresses() -> list[str]:
    """Every address of the site once, with something in each of its parts."""
    found = sorted(set(_addresses(get_resolver().url_patterns)))
    assert len(found) > 80 and not any("<" in one for one in found), found
    return found
