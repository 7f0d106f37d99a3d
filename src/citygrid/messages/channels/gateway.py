"""SMS: any gateway with an HTTP interface, described in the settings; and a file, to try it without one.

[sms]
kind = "http"
address = "https://sms.example.gov.cn/send"
json = { mobile = "{to}", content = "{text}", request = "{key}" }   # or form = { ... }
headers = { Authorization = "Bearer {secret}" }
secret_file = "keys/sms"
code = "result.code"       # where in the answer the code stands; left out: HTTP status alone
good = ["0"]               # codes that mean: taken
refused = ["1003"]         # codes that mean: this number never
id = "result.msgid"        # where the provider's own number stands
once = true                # the gateway takes the same {key} once
"""

import json
import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from django.conf import settings

from citygrid.messages.channels import outside
from citygrid.messages.channels.interface import REFUSED, RETRY, SENT, Outcome, Parcel

MOST_ANSWER = 100_000
LONGEST_WAIT = timedelta(hours=1)
NEVER = frozenset((400, 404, 410, 413, 422))


class HttpGateway:
    """One request for each message; 5xx, 429 and silence are tried again."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self._facts = facts
        self.repeatable: bool = facts["once"]

    def send(self, parcel: Parcel) -> Outcome:
        facts = self._facts
        words = {"to": parcel.to, "text": parcel.sms, "key": parcel.key, "secret": facts["secret"]}
        headers = {name: filled(text, words) for name, text in facts["headers"].items()}
        body: dict[str, Any] = {"json": filled(facts["json"], words)} if facts["json"] else {}
        if facts["form"]:
            body = {"data": filled(facts["form"], words)}
        try:
            with (
                outside.session() as session,
                session.post(
                    facts["address"], headers=headers, timeout=outside.SECONDS, allow_redirects=False, stream=True,
                    **body,
                ) as answer,
            ):  # fmt: skip
                return self._read(answer)
        except requests.Timeout:
            return Outcome(RETRY, "no_answer", "timeout")
        except (requests.RequestException, OSError) as error:
            return Outcome(RETRY, "no_answer", type(error).__name__)

    def _read(self, answer: requests.Response) -> Outcome:
        status = answer.status_code
        if status == 429 or status >= 500:
            return Outcome(RETRY, "provider_fault", str(status), wait=wait_of(answer.headers.get("Retry-After", "")))
        if status in NEVER:
            return Outcome(REFUSED, "provider_refused", str(status))
        if not 200 <= status < 300:
            return Outcome(RETRY, "provider_fault", str(status))
        return self._coded(answer.raw.read(MOST_ANSWER, decode_content=True), status)

    def _coded(self, content: bytes, status: int) -> Outcome:
        """What the answer's own code says, where the settings say that there is one."""
        try:
            told = json.loads(content) if self._facts["code"] or self._facts["id"] else {}
        except ValueError:
            return Outcome(RETRY, "answer_unreadable", str(status))
        if self._facts["code"]:
            code = found(told, self._facts["code"])
            if code in self._facts["refused"]:
                return Outcome(REFUSED, "provider_refused", code[:40])
            if code not in self._facts["good"]:
                return Outcome(RETRY, "provider_fault", code[:40])
        return Outcome(SENT, provider_id=found(told, self._facts["id"])[:100] if self._facts["id"] else "")


class FileGateway:
    """Each message as a line of JSON in a file of the data folder that only the server's user reads."""

    repeatable = True

    def __init__(self, facts: dict[str, Any]) -> None:
        self._path = Path(settings.DATA) / facts["path"]

    def send(self, parcel: Parcel) -> Outcome:
        line = {"at": datetime.now(UTC).isoformat(), "key": parcel.key, "to": parcel.to, "text": parcel.sms}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError as error:
            return Outcome(RETRY, "no_answer", type(error).__name__)
        return Outcome(SENT)


def filled(value: Any, words: Mapping[str, str]) -> Any:
    """The words put into every text of a value; nothing else in curly brackets is touched."""
    if isinstance(value, str):
        return re.sub(r"\{(to|text|key|secret)\}", lambda match: words[match[1]], value)
    if isinstance(value, dict):
        return {name: filled(one, words) for name, one in value.items()}
    return [filled(one, words) for one in value] if isinstance(value, list) else value


def found(told: Any, path: str) -> str:
    """The value at a.b.0.c of a JSON answer, as text; empty where there is none."""
    for step in path.split("."):
        if isinstance(told, dict):
            told = told.get(step)
        elif isinstance(told, list) and step.isdigit() and int(step) < len(told):
            told = told[int(step)]
        else:
            return ""
    return "" if told is None else str(told)


def wait_of(text: str) -> timedelta:
    """Seconds of a `Retry-After`; none for anything else."""
    return min(timedelta(seconds=int(text)), LONGEST_WAIT) if text.isdigit() and len(text) < 7 else timedelta()
