"""What the city's profile says about places: the projection in metres, and how codes look."""

from datetime import datetime

from citygrid.rulebook import slices
from citygrid.standards.codes import CodeProfile


def metric_crs(at: datetime) -> str:
    """The city's coordinate system in metres, such as EPSG:4549."""
    return str(slices.profile_at(at).data["metric_crs"])


def code_profile(at: datetime) -> CodeProfile:
    """Lengths and parts of the city's codes."""
    return CodeProfile.from_mapping(slices.profile_at(at).data["codes"])
