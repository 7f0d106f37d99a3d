"""What a password must be, beyond Django's own rules (等级保护三级: complexity)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from citygrid.organization.models import Person

KINDS = 3


class Mixed:
    """Signs of three kinds at least: small letters, capitals, digits, others (Chinese is one of the others)."""

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raises ValidationError `password_not_mixed`."""
        kinds = {
            "small" if sign.islower() else "capital" if sign.isupper() else "digit" if sign.isdigit() else "other"
            for sign in password
        }
        if len(kinds) < KINDS:
            raise ValidationError(self.get_help_text(), code="password_not_mixed")

    def get_help_text(self) -> str:
        return _("Use three kinds of signs: small letters, capitals, digits, others.")
