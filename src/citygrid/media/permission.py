"""Who may see a file: who sent it, and whoever a higher package says (who may see a case that has it)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from citygrid.media.models import File, Upload

Rule = Callable[[Any, UUID], bool]
"""(person, file id) -> may see it. The person is the signed-in user."""
_rules: list[Rule] = []


def register(rule: Rule) -> Rule:
    """Add a rule, once; call it in `AppConfig.ready`. Gives the rule back, so that it can decorate."""
    if rule not in _rules:
        _rules.append(rule)
    return rule


def may_see(person: Any, file: File) -> bool:
    """Whether the person sent the file or any rule lets them see it; nobody else does."""
    if person.pk is None:
        return False
    if file.uploader == person.pk or Upload.objects.filter(file=file, person=person.pk).exists():
        return True
    return any(rule(person, file.pk) for rule in _rules)
