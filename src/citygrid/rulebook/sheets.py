"""The columns of rulebook/*.csv, in a city folder and in the shipped editions alike."""

from citygrid.rulebook.models import Kind, Responsibility
from citygrid.rulebook.tables import Sheet, choice, limit, spare, text, texts, whole, yes

CLASSES = Sheet(
    columns=(
        text("edition", needed=True),
        choice("kind", Kind.values),
        text("code", needed=True),
        text("name", needed=True),
        text("name_en"),
        text("major", needed=True),
        text("major_name"),
        text("geometry"),
        yes("local"),
        whole("before_photos", 1),
        whole("after_photos", 1),
        whole("check_photos", 1),
        yes("enforcement"),
        yes("self_handle"),
        yes("auto_dispatch"),
        text("note"),
        spare("before_films"),
        spare("before_sounds"),
    ),
    key=("edition", "kind", "code"),
)

CONDITIONS = Sheet(
    columns=(
        text("class_id", needed=True),
        text("no", needed=True),
        text("text", needed=True),
        text("text_en"),
        limit("limit"),
        limit("arrival"),
        limit("make_safe"),
        text("level"),
        yes("urgent"),
        yes("safety"),
        text("closing"),
        texts("unit_types"),
        text("note"),
    ),
    key=("class_id", "no"),
)

RESPONSIBILITIES = Sheet(
    columns=(
        text("classes", needed=True),
        text("area"),
        text("body", needed=True),
        choice("kind", Responsibility.Duty.values),
        whole("trial", 1),
        text("note"),
    ),
    key=("classes", "area", "kind", "body"),
)
