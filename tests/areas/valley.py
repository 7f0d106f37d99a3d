"""A city of one community of 4 x 3 grids of 100 m in real metres, with real codes, for acts on grids."""

from datetime import UTC, date, datetime

import shapely

from citygrid.areas import changing
from citygrid.areas.changing import Who
from citygrid.areas.models import Area
from citygrid.areas.versions import bump
from citygrid.standards.codes import CodeProfile
from tests.areas.divided import CRS, degrees

START, DAY = date(2024, 1, 1), date(2024, 6, 1)
PROFILE = CodeProfile.standard("gbt30428")
WHO = Who(datetime(2024, 5, 20, 4, tzinfo=UTC), person=7, seat=8, post=9)
X, Y = 550_000, 3_450_000
COMMUNITY = "390102001001"
CODES = ("390100", "390102", "390102001", COMMUNITY)


def box(west, south, east, north):
    shape = degrees(shapely.box(X + west, Y + south, X + east, Y + north))
    return shapely.transform(shape, lambda xy: xy.round(9))


def line(*points):
    return degrees(shapely.LineString([(X + x, Y + y) for x, y in points]))


def code(number):
    return f"{COMMUNITY}{number:03d}"


def keep(kind, name, shape, parent=None, **facts):
    row = changing.new_row(kind, name, shape, CRS, START, parent=parent, **facts)
    row.save()
    return row


def valley(columns=4, rows=3):
    """The community; its grids are numbered west to east, then north to south."""
    above = None
    for kind, name in zip(("city", "district", "street", "community"), CODES, strict=True):
        crs = CRS if kind == "city" else ""
        above = keep(kind, name, box(0, 0, 100 * columns, 100 * rows), above, metric_crs=crs)
    number = 0
    for row in range(rows):
        for column in range(columns):
            number += 1
            north = 100 * (rows - row)
            shape = box(100 * column, north - 100, 100 * column + 100, north)
            keep("grid", code(number), shape, above, serial=number)
    bump()
    return above


def grid(number, day=DAY):
    return Area.objects.get(changing.holding(day), kind="grid", code=code(number))
