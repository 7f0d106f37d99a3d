"""How many open cases lie outside a shape: told to whoever draws a new service area (S4-02)."""

import numpy as np
import shapely
from shapely import Geometry

from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET

ASK = "select lon::float8, lat::float8 from cases_case where bucket = %s and lon is not null and lat is not null"


def count_open_outside(shape: Geometry) -> int:
    """Open cases whose point is not in the shape (degrees); a case without a point is nowhere."""
    with plain() as connection:
        points = np.array(cursor(connection).execute(ASK, [OPEN_BUCKET]).fetchall(), dtype=np.float64)
    if not len(points):
        return 0
    shapely.prepare(shape)
    return int((~shapely.intersects_xy(shape, points[:, 0], points[:, 1])).sum())
