"""The tests' database as an address, for programs that a test starts."""

from urllib.parse import quote, urlencode

from django.db import connection


def address() -> str:
    """For DATABASE_URL. The host may be the folder of a socket, which only the query of an address can hold."""
    known = connection.settings_dict
    login = f"{quote(known['USER'])}:{quote(known['PASSWORD'])}"
    return f"postgresql://{login}@:{known['PORT']}/{known['NAME']}?{urlencode({'host': known['HOST']})}"
