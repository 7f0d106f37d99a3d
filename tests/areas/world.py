"""A tiny invented city on a plain: one street with one community of squares of 0.001 degree."""

from datetime import date

import shapely

from citygrid.areas.models import Area, DutyMembership, ServiceArea
from citygrid.areas.versions import bump

START = date(2020, 1, 1)
STEP = 0.001


def area(kind, code, shape, parent=None, start=START, end=None, name=""):
    centre = shape.representative_point()
    return Area.objects.create(
        kind=kind,
        code=code,
        name=name or code,
        parent=parent,
        geometry=shapely.to_wkb(shape),
        centre_lon=centre.x,
        centre_lat=centre.y,
        area_m2=1.0,
        valid_from=start,
        valid_to=end,
    )


def square(column, row, width=1, height=1):
    return shapely.box(10 + column * STEP, 20 + row * STEP, 10 + (column + width) * STEP, 20 + (row + height) * STEP)


def plain_city(size=4):
    """A city of one community of size x size grids, numbered west to east, then north to south."""
    city = area("city", "C", square(0, 0, size, size), name="The Plain")
    district = area("district", "D", square(0, 0, size, size), city)
    street = area("street", "S", square(0, 0, size, size), district)
    community = area("community", "K", square(0, 0, size, size), street)
    grids = {}
    for row in range(size):
        for column in range(size):
            code = f"G{(size - 1 - row) * size + column:03d}"
            grids[column, row] = area("grid", code, square(column, row), community)
    bump()
    return city, district, street, community, grids


def duty(code, grids, start=START, end=None):
    row = area("duty_grid", code, shapely.union_all([shapely.from_wkb(bytes(g.geometry)) for g in grids]))
    for grid in grids:
        DutyMembership.objects.create(duty_grid=row, grid=grid, valid_from=start, valid_to=end)
    bump()
    return row


def service(shape, start=START, end=None, code="1"):
    row = ServiceArea.objects.create(
        code=code, geometry=shapely.to_wkb(shape), approval="approved", valid_from=start, valid_to=end
    )
    bump()
    return row
