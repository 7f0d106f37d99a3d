"""Texts of attackers in every text of a city that a person may have typed: run inside a served demo city.

Straight into the tables: whatever the forms would let through, what stands there must not run in a browser.
"""

from datetime import UTC, datetime
from typing import Any

import shapely
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

SHORT = "\"><img src=x class=xss onerror=alert(1)>'"
LONG = (
    "\"'></textarea></title></script><script class=xss>alert(1)</script><img src=x class=xss onerror=alert(1)>"
    "<svg class=xss onload=alert(1)><a class=xss href=javascript:alert(1)>x</a>${alert(1)}{{7*7}}<!--"
)
MARK = "class=xss"
# What people type, import or are called. Codes, kinds and rules are no free text.
TYPED = {
    "name",
    "name_en",
    "short_name",
    "pinyin",
    "note",
    "title",
    "label",
    "address",
    "abstract",
    "attribution",
    "licence",
    "steward",
    "origin",
    "accuracy",
    "legal_basis",
    "owner_name",
    "department_name",
    "maintainer_name",
    "category",
    "file_name",
    "reason",
    "text",
    "comment",
    "summary",
    "person_name",
    "why",
    "approval",
    "plain",
    "told",
    "words",
    "device",
    "agent",
    "leader",
    "duty",
    "answer",
    "remark",
    "description",
    "phone_words",
    "rules",
    "plan",
    "funding",
}
LEFT = {"rulebook", "procrastinate", "axes", "sessions", "contenttypes", "auth", "socialaccount", "mfa"}


def run() -> None:
    """Poison everything; prints what was."""
    done = [
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        for field in _typed(model)
        if _poison(model, field)
    ]
    layer()
    print("poisoned:", ", ".join(sorted(done)))


def _typed(model: Any) -> list[Any]:
    if model._meta.app_label in LEFT or not model._meta.managed:
        return []
    return [
        field
        for field in model._meta.concrete_fields
        if field.name in TYPED
        and isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and not field.unique
    ]


def _poison(model: Any, field: Any) -> bool:
    most = field.max_length or 4000
    payload = LONG if most >= 300 else SHORT
    if most < len(SHORT) + 2:
        return False
    table, column = model._meta.db_table, field.column
    keep = max(0, min(8, most - len(payload)))
    statement = f'update "{table}" set "{column}" = left("{column}", %s) || %s where "{column}" <> \'\''
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [keep, payload])
            return cursor.rowcount > 0
    except DatabaseError as error:
        print(f"not poisoned: {table}.{column}: {str(error).splitlines()[0]}")
        return False


def layer() -> None:
    """A published layer of features whose every property attacks, lying over the whole city."""
    from citygrid.maps import features, metres, register
    from citygrid.maps.models import Layer
    from citygrid.trust import audit

    style = {"fill": {"color": "#ff0000"}, "label": {"property": "name"}}
    made = Layer.objects.create(
        code="poison",
        name=SHORT,
        kind="features",
        sharing="centre",
        published=True,
        shown=True,
        style=style,
        abstract=LONG,
        attribution=LONG[:300],
        licence=SHORT,
        steward=SHORT,
        min_zoom=0,
        max_zoom=24,
    )
    city = shapely.box(121.3, 31.0, 121.7, 31.4)
    features.keep(
        made,
        [features.Draft("1", {"name": LONG, "note": LONG, SHORT: LONG, "link": "javascript:alert(1)"}, city)],
        metres.city(),
    )
    register.touch()
    for code in (SHORT, LONG[:60]):
        audit.record(datetime.now(UTC), code[:60], subject=("case", SHORT), code=code[:60], params={LONG: LONG})
