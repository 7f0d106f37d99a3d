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
LONGEST = 4000
"""Signs in a column without an end of its own."""
LEFT = {"rulebook", "procrastinate", "axes", "sessions", "contenttypes", "auth", "socialaccount", "mfa"}


def run() -> None:
    """Poison everything; prints what was."""
    done = [name for model in apps.get_models() for name in _poisoned(model)]
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


def _poisoned(model: Any) -> list[str]:
    """All columns of a table at once, for each time every row is written anew; one by one where a rule of the table
    does not let them all."""
    fields = [field for field in _typed(model) if (field.max_length or LONGEST) >= len(SHORT) + 2]
    if not fields:
        return []
    try:
        return _written(model, fields)
    except DatabaseError:
        return [name for field in fields for name in _alone(model, field)]


def _alone(model: Any, field: Any) -> list[str]:
    try:
        return _written(model, [field])
    except DatabaseError as error:
        print(f"not poisoned: {model._meta.db_table}.{field.column}: {str(error).splitlines()[0]}")
        return []


def _written(model: Any, fields: list[Any]) -> list[str]:
    """The columns, where some row was written."""
    table, words, said = model._meta.db_table, [], []
    for field in fields:
        most = field.max_length or LONGEST
        payload = LONG if most >= 300 else SHORT
        words.append(f'"{field.column}" = case when "{field.column}" <> \'\' then left("{field.column}", %s) || %s '
                     f'else "{field.column}" end')  # fmt: skip
        said += [max(0, min(8, most - len(payload))), payload]
    some = " or ".join(f"\"{field.column}\" <> ''" for field in fields)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'update "{table}" set {", ".join(words)} where {some}', said)
        return [f"{table}.{field.column}" for field in fields] if cursor.rowcount > 0 else []


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
