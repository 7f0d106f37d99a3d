"""Who may see a file: who sent it, and whoever a higher package says (who may see a case that has it)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from citygrid.media.models import File, Upload
from citygrid.media.scanning import INFECTED

Rule = Callable[[Any, UUID], bool]
"""(person, file id) -> may see it. The person is the signed-in user."""
_rules: list[Rule] = []
Door = Callable[[HttpRequest], bool]
"""Whether whoever sends this request may send and see files at all (signed in to the end, on a post)."""
_doors: list[Door] = []


def register(rule: Rule) -> Rule:
    """Add a rule, once; call it in `AppConfig.ready`. Gives the rule back, so that it can decorate."""
    if rule not in _rules:
        _rules.append(rule)
    return rule


def keep_door(door: Door) -> Door:
    """Let a higher package say who comes in; once, in `AppConfig.ready`. All doors must let a request pass."""
    if door not in _doors:
        _doors.append(door)
    return door


def comes_in(request: HttpRequest) -> bool:
    """Whether the request is somebody's who is signed in and whom every door lets pass."""
    return bool(request.user.is_authenticated) and all(door(request) for door in _doors)


def may_see(person: Any, file: File) -> bool:
    """Whether the person sent the file or any rule lets them see it; nobody else does. What is infected nobody sees."""
    if person.pk is None or file.scan == INFECTED:
        return False
    if file.uploader == person.pk or Upload.objects.filter(file=file, person=person.pk).exists():
        return True
    return any(rule(person, file.pk) for rule in _rules)
