"""Every saved or deleted row of the organization raises its version."""

from typing import Any

from django.db.models.signals import post_delete, post_save

from citygrid.organization import tree
from citygrid.organization.models import Body, Duty, Leave, Person, Post, Relation, Role, Seat

_HARMLESS = frozenset(("last_login", "password", "must_change_password"))


def watch() -> None:
    """Connects the signals; called once when the app is ready."""
    for model in (Body, Role, Post, Seat, Duty, Leave, Person, Relation):
        for signal in (post_save, post_delete):
            signal.connect(_changed, sender=model, dispatch_uid=f"organization {model.__name__}")


def _changed(sender: type[Any], instance: Any, update_fields: frozenset[str] | None = None, **_: Any) -> None:
    if sender is Person and update_fields and update_fields <= _HARMLESS:
        return
    if sender is Duty and instance.roster_id is not None:
        return  # a draft counts for nobody; publishing says so itself (rostering.py)
    tree.bump()
