"""The standards of the field as code and data: code formats, class catalogues, coordinates (pure Python)."""

from citygrid.standards.catalogue import (
    Catalogue,
    CatalogueError,
    ClassEntry,
    editions,
    extensions,
    translate,
)
from citygrid.standards.codes import Code, CodeError, CodeProfile, Part, standard_profiles
from citygrid.standards.coordinates import CoordinateError, metric, transform

__all__ = [
    "Catalogue",
    "CatalogueError",
    "ClassEntry",
    "Code",
    "CodeError",
    "CodeProfile",
    "CoordinateError",
    "Part",
    "editions",
    "extensions",
    "metric",
    "standard_profiles",
    "transform",
    "translate",
]
