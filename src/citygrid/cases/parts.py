"""The parts of a report that is split (拆案): for each a class, picked, and what the problem is."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.utils.translation import gettext as _

from citygrid.cases import naming

ROWS, MOST = 4, 20
LONGEST = 4000


class PartsInput(forms.Widget):
    """Rows of class and words; `NAME-0-class_id`, `NAME-0-text` and so on."""

    template_name = "cases/parts_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        known: Sequence[Mapping[str, str]] = value if isinstance(value, list) else ()
        blank: Mapping[str, str] = {"class_id": "", "text": ""}
        rows = [*known, *[blank] * max(0 if len(known) >= MOST else 1, ROWS - len(known))]
        context["rows"] = [{**row, "words": naming.class_words(row["class_id"])} for row in rows]
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, str]]:
        """The rows in which something was filled in."""
        found = []
        for at in range(MOST):
            row = {part: str(data.get(f"{name}-{at}-{part}", "")).strip() for part in ("class_id", "text")}
            if row["class_id"] or row["text"]:
                found.append(row)
        return found

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class PartsField(forms.Field):
    """Each part says what the problem is; its class may be chosen later."""

    widget = PartsInput

    def clean(self, value: Any) -> list[dict[str, str]]:
        rows: list[dict[str, str]] = super().clean(value)
        for number, row in enumerate(rows, start=1):
            if not row["text"]:
                raise forms.ValidationError(_("Part %(number)s: say what the problem is.") % {"number": number})
            if len(row["text"]) > LONGEST:
                raise forms.ValidationError(_("Part %(number)s is too long.") % {"number": number})
        return rows


def content(rows: list[dict[str, str]], act_id: UUID) -> list[dict[str, str]]:
    """What the act carries; ids follow from the act's, so that sending it twice makes the same cases."""
    return [
        {"id": str(uuid5(act_id, str(n))), **{name: text for name, text in row.items() if text}}
        for n, row in enumerate(rows)
    ]
