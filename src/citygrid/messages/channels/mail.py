"""E-mail by SMTP. The message's id is the delivery's key: mail programs show a repetition once."""

import smtplib
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from citygrid.messages.channels.interface import REFUSED, RETRY, SENT, Outcome, Parcel

SECONDS = 15


class Mail:
    repeatable = True

    def __init__(self, facts: dict[str, Any]) -> None:
        self._facts = facts

    def send(self, parcel: Parcel) -> Outcome:
        facts = self._facts
        domain = facts["sender"].rpartition("@")[2].strip("> ")
        backend = EmailBackend(
            host=facts["host"], port=facts["port"], username=facts["user"], password=facts["password"],
            use_tls=facts["tls"] == "starttls", use_ssl=facts["tls"] == "tls", timeout=SECONDS,
        )  # fmt: skip
        message = EmailMessage(
            " ".join(parcel.title.split()),
            "\n\n".join(part for part in (parcel.text, parcel.link) if part),
            facts["sender"],
            [parcel.to],
            headers={"Message-ID": f"<{parcel.key}@{domain}>", "Auto-Submitted": "auto-generated"},
            connection=backend,
        )
        try:
            message.send()
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()), (0, b""))[0]
            return _answer(code, "recipient_refused")
        except smtplib.SMTPResponseException as error:
            return _answer(error.smtp_code, "server_refused")
        except (smtplib.SMTPException, OSError) as error:
            return Outcome(RETRY, "no_answer", type(error).__name__)
        return Outcome(SENT)


def _answer(code: int, error: str) -> Outcome:
    """4xx: later again; 5xx: never."""
    return Outcome(REFUSED if code >= 500 else RETRY, error, str(code))
