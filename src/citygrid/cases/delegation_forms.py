"""The form by which the office delegates: to whom, what, up to how long, which classes, where, from and to (S1-20)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _

from citygrid.areas.models import Area
from citygrid.cases import delegations, naming, wording
from citygrid.cases.forms import LimitField, PickInput
from citygrid.cases.giving import Giving
from citygrid.media.models import File
from citygrid.organization.models import Post, Role
from citygrid.organization.seats import Signed
from citygrid.organization.separation import HANDLING, side_of
from citygrid.process.acts import REQUEST_KINDS
from citygrid.process.delegating import means
from citygrid.rulebook.dating import in_force
from citygrid.rulebook.models import ManagedClass
from citygrid.rulebook.slices import localday

Choices = list[tuple[Any, Any]]
BOX = {"class": "form-check-input"}
LIST = {"class": "form-select", "size": 8}
DAY = {"type": "date", "class": "form-control"}


class GivingForm(forms.Form):
    """Unbound values come from `initial`; whatever was typed is kept when it is refused."""

    def __init__(self, signed: Signed, at: datetime, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial, auto_id="give_%s")
        self.fields.update(_fields(signed, at))

    def giving(self, code: UUID, file: File | None) -> Giving:
        """What is asked for; call it when the form is valid."""
        said = self.cleaned_data
        kind, _colon, to = str(said["to"]).partition(":")
        role, _at, body = to.partition("@")
        return Giving(
            code=str(code),
            kinds=tuple(said["kinds"]),
            first_day=said["first_day"],
            last_day=said["last_day"],
            post=to if kind == "post" else "",
            role=role if kind == "role" else "",
            body=body if kind == "role" else "",
            longest=said["longest"],
            classes=tuple([*said["majors"], *([said["class_id"]] if said["class_id"] else [])]),
            areas=tuple(said["areas"]),
            document=said["document"],
            file=file.pk if file is not None else None,
        )

    def refuse(self, field: str, sentence: str) -> bool:
        """Puts a refusal's sentence at its field; False when the form does not have that field."""
        name = {"classes": "majors"}.get(field, field)
        if name not in self.fields:
            return False
        self.add_error(name, sentence)
        return True


def _fields(signed: Signed, at: datetime) -> dict[str, forms.Field]:
    return {
        "to": forms.ChoiceField(
            label=_("To whom"), choices=[("", "—"), *recipients(signed, at)],
            widget=forms.Select(attrs={"class": "form-select"}),
        ),
        "kinds": forms.MultipleChoiceField(
            label=_("What may be approved"), choices=[(kind, wording.choice(kind)) for kind in REQUEST_KINDS],
            widget=forms.CheckboxSelectMultiple(attrs=BOX),
        ),
        "longest": LimitField(
            label=_("At most, in one approval"), required=False,
            help_text=_("Extensions count from the present due, suspensions from the approval. Empty: any length."),
        ),
        "first_day": forms.DateField(label=_("First day"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")),
        "last_day": forms.DateField(
            label=_("Last day"), required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
            help_text=_("Empty: until it is withdrawn."),
        ),
        "document": forms.CharField(
            label=_("Document number"), max_length=80, widget=forms.TextInput(attrs={"class": "form-control"})
        ),
        "majors": forms.MultipleChoiceField(
            label=_("Only these groups of classes"), required=False, choices=majors(at),
            widget=forms.SelectMultiple(attrs=LIST), help_text=_("None chosen: all classes."),
        ),
        "class_id": forms.CharField(
            label=_("And this class"), required=False, widget=PickInput(naming.class_words, "cases:pick_class")
        ),
        "areas": forms.MultipleChoiceField(
            label=_("Only in these areas"), required=False, choices=areas(signed, at),
            widget=forms.SelectMultiple(attrs=LIST), help_text=_("None chosen: everywhere your office is in charge."),
        ),
    }  # fmt: skip


def recipients(signed: Signed, at: datetime) -> Choices:
    """Posts that approve, and their roles by body; not the handling side, not who holds the power, not oneself."""
    posts = [post for post in Post.objects.filter(active=True).select_related("body", "role").order_by("body__code")
             if _may_get(post.role, post.body.side, at)]  # fmt: skip
    own = set(signed.person.seats.filter(until=None).values_list("post_id", flat=True))
    roles = {(post.role.code, post.body.code): f"{post.body} · {post.role}" for post in posts if post.pk not in own}
    return [
        (_("A role in a body"), [(f"role:{role}@{body}", words) for (role, body), words in roles.items()]),
        (_("One post"), [(f"post:{post.code}", f"{post.body} · {post}") for post in posts if post.pk not in own]),
    ]


def _may_get(role: Role, body_side: str, at: datetime) -> bool:
    return (
        side_of(role.side, body_side) != HANDLING
        and delegations.approves(role.code, at)
        and not delegations.holds_power(role.code, at)
    )


def majors(at: datetime) -> Choices:
    """Groups (大类) of the classes in force, as prefixes of ids. A group whose prefix would mean classes of another
    one too is left out: no choice means more than it says."""
    groups: dict[str, list[ManagedClass]] = {}
    rows = list(in_force(ManagedClass, localday(at)).order_by("class_id"))
    for row in rows:
        groups.setdefault(f"{row.class_id.rpartition(':')[0]}:{row.major}*", []).append(row)
    return [
        (pattern, f"{wording.choice(found[0].kind)} {found[0].major} {found[0].major_name}")
        for pattern, found in groups.items()
        if [row for row in rows if means(pattern, row.class_id)] == found
    ]


def areas(signed: Signed, at: datetime) -> Choices:
    """Districts and streets in the area of the post."""
    found: Choices = []
    day = localday(at)
    rows = Area.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
    streets: dict[int | None, list[Area]] = {}
    for street in rows.filter(kind="street").order_by("code"):
        streets.setdefault(street.parent_id, []).append(street)
    for district in rows.filter(kind="district").order_by("code"):
        inside = [district, *streets.get(district.pk, [])]
        options = [(one.code, one.name or one.code) for one in inside if signed.scope.holds(areas=[one.pk])]
        if options:
            found.append((district.name or district.code, options))
    return found


def words_of_classes(patterns: Iterable[str], at: datetime) -> list[str]:
    """Names of classes and groups for patterns; the pattern itself where there is none."""
    wanted = list(patterns)
    names = {**dict(majors(at)), **naming.classes(one for one in wanted if not one.endswith("*"))} if wanted else {}
    return [str(names.get(one, one)) for one in wanted]
