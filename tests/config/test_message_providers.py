"""`messages.toml` of the data folder: what is wrong is said at the start, with its place."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from citygrid.config.message_providers import FILE, providers

GOOD = """
[email]
kind = "smtp"
host = "mail.city.example"
password_file = "mail"
sender = "citygrid@city.example"
[sms]
kind = "http"
address = "https://sms.city.example/send"
json = { to = "{to}" }
[dingtalk]
kind = "apprise"
url_file = "ding"
"""


def read(folder: Path, text: str) -> dict[str, dict[str, object]]:
    (folder / FILE).write_text(text, encoding="utf-8")
    return providers(folder)


def test_without_the_file_there_is_no_provider(tmp_path: Path) -> None:
    assert providers(tmp_path) == {}


def test_secrets_come_from_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("geheim\n")
    (tmp_path / "ding").write_text("dingtalk://token/{to}\n")
    found = read(tmp_path, GOOD)
    assert (found["email"]["password"], found["email"]["port"]) == ("geheim", 465)
    assert found["dingtalk"]["url"] == "dingtalk://token/{to}"
    assert found["sms"]["once"] is False


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[fax]\nkind = 'http'", "none of the channels"),
        ("[sms]\nkind = 'smtp'", "kind is one of"),
        ("[sms]\nkind = 'http'\njson = {a = '{to}'}", "address is missing"),
        ("[sms]\nkind = 'http'\naddress = 'http://sms.city.example'\njson = {a = '{to}'}", "begins with https"),
        ("[sms]\nkind = 'http'\naddress = 'https://sms.city.example'", "json or form"),
        ("[sms]\nkind = 'http'\naddress = 3", "address is of the wrong kind"),
        ("[sms]\nkind = 'http'\nport = 3", "no setting port"),
        ("[sms]\nkind = 'http'\nsecret_file = 'nowhere'", "cannot be read"),
        ("[email]\nkind = 'smtp'\nhost = 'mail.city.example'\nsender = 'a@b.c'\ntls = 'none'", "without TLS"),
        ("[email]\nkind = 'smtp'\nhost = 'mail.city.example'\nsender = 'a@b.c'\ntls = 'maybe'", "tls is"),
        ("[dingtalk]\nkind = 'apprise'\nurl = 'x://y'\nhost = 'http://10.0.0.1'", "begins with https"),
        ("= 3", FILE),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=says):
        read(tmp_path, text)
