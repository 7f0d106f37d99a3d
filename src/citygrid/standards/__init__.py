"""The standards of the field as code and data: code formats, class catalogues, coordinates (pure Python)."""

from citygrid.standards.catalogue import Catalogue, ClassEntry
from citygrid.standards.codes import Code, CodeProfile, Part, standard_profiles
from citygrid.standards.coordinates import CoordinateError, metric, transform
from citygrid.standards.editions import CatalogueError, editions, extensions, translate
from citygrid.standards.formats import CodeError

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
