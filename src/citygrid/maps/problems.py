"""What may be wrong with a layer or a question to the map services: a code, a sentence, parameters."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

MESSAGES: Mapping[str, str] = {
    "beyond_sharing_scope": _("%(layer)s may be shared with %(scope)s only; %(wanted)s would be more than that."),
    "unknown_source": _("There is no source named %(source)s."),
    "unknown_property": _("%(source)s has no property named %(name)s."),
    "unknown_role": _("There is no role named %(name)s."),
    "unknown_body": _("There is no body named %(name)s."),
    "bodies_missing": _("Sharing with listed bodies needs at least one body."),
    "zooms_not_in_order": _("The largest zoom is smaller than the smallest."),
    "style_not_a_table": _("A style is a table of symbol, line, fill and label."),
    "style_unknown": _("Nothing in a style is called %(where)s."),
    "style_colour": _("%(where)s is no colour such as #0b5cad."),
    "style_number": _("%(where)s is out of range."),
    "style_word": _("%(where)s has a value that is not known."),
    "style_rules": _("%(where)s: each rule is a table with where and what differs."),
    "bad_layer_name": _("A layer's name is small letters, digits, - and _."),
    "address_missing": _("An external layer needs an address."),
    "address_scheme": _("An address begins with https:// or http://."),
    "address_credentials": _("An address holds no user name and no password; keep a key as {key}."),
    "address_private": _("%(host)s is not an address of the public network; the server's settings can allow it."),
    "address_bad": _("This is not an address of a map service."),
    "options_missing": _("This kind of service needs %(names)s."),
    "no_features": _("The file has nothing that can be drawn."),
    "not_kept_here": _("%(layer)s draws from %(source)s; only a layer that keeps its own features takes a file."),
}


class LayerError(ValueError):
    """`code`, `message` (English source with params) and `params`, as everywhere."""

    def __init__(self, code: str, params: Mapping[str, Any] | None = None) -> None:
        self.code, self.message = code, MESSAGES[code]
        self.params: dict[str, Any] = dict(params or {})
        super().__init__(self.message % self.params)
