"""The Django app of this package."""

from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    name = "citygrid.organization"
    label = "organization"

    def ready(self) -> None:
        from citygrid.media import permission  # noqa: PLC0415 - models load before it
        from citygrid.organization import body_seeing, changes, insiders, key_scopes  # noqa: PLC0415 - as above
        from citygrid.organization.notifying import telling  # noqa: PLC0415 - as above
        from citygrid.organization.signing import second_factor, sign_ins  # noqa: PLC0415 - as above
        from citygrid.trust import rekeying  # noqa: PLC0415 - models load before it

        changes.watch()
        sign_ins.watch()
        rekeying.beside("second factors", second_factor.sealed_by, second_factor.reseal)
        permission.keep_door(insiders.comes_in)
        permission.register(body_seeing.may_see_file)
        key_scopes.register()
        telling.register()
