"""Clients that make, accept, file, dispatch and sign for cases over the JSON API, all at once, and keep account."""

import http.client
import http.cookiejar
import json
import re
import threading
import time
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.faults.house import House

PASSWORD = "citygrid-demo"
GARBAGE = "gbt30428.2:event:0110"
STEPS = ("log_call", "accept", "file_case", "dispatch", "sign")
LOGINS = {"log_call": "calltaker1", "accept": "calltaker1", "file_case": "shiftleader1", "dispatch": "dispatcher1",
          "sign": "wj_sanitation_desk"}  # fmt: skip
POSTS = {"wj_sanitation_desk": "环卫所受理岗"}
CLIENTS = 6


@dataclass(frozen=True)
class Sent:
    """One act as a client sends it, the same bytes each time."""

    case: str
    id: str
    name: str
    data: dict[str, Any]


@dataclass
class Storm:
    house: House
    unit: int
    acknowledged: dict[str, tuple[Sent, int]] = field(default_factory=dict)
    """By the act's id: the act and its number in the timeline, as answered."""
    unanswered: list[Sent] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._headers = {login: self._signed_in(login) for login in sorted(set(LOGINS.values()))}
        self._threads = [threading.Thread(target=self._client) for _ in range(CLIENTS)]

    def __enter__(self) -> "Storm":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(90)
        assert not any(thread.is_alive() for thread in self._threads), "a client waits for ever"
        assert not self.failed, self.failed[:3]

    def until(self, more: int, patience: float = 180.0) -> None:
        """Wait until so many more acts were acknowledged."""
        goal, end = len(self.acknowledged) + more, time.monotonic() + patience
        while len(self.acknowledged) < goal:
            assert not self.failed, self.failed[:3]
            assert time.monotonic() < end, f"only {len(self.acknowledged)} of {goal} acts within {patience} s"
            time.sleep(0.01)

    def send(self, link: http.client.HTTPConnection, one: Sent) -> dict[str, Any] | None:
        """The answer; None when there is none, or none that says what happened to the act (500)."""
        body: dict[str, Any] = {"id": one.id, "name": one.name, "data": one.data}
        path = f"/api/v1/cases/{one.case}/acts"
        if one.name == STEPS[0]:
            body, path = body | {"case": one.case}, "/api/v1/cases"
        try:
            link.request("POST", path, json.dumps(body).encode(), self._headers[LOGINS[one.name]])
            answer = link.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            link.close()
            return None
        if answer.status >= 500:
            return None
        if answer.status != 200:
            raise AssertionError(f"{one.name}: {answer.status} {text.decode(errors='replace')[:300]}")
        found: dict[str, Any] = json.loads(text)
        return found

    def insist(self, one: Sent, patience: float = 60.0) -> dict[str, Any]:
        """Send until it is answered, as a client does."""
        link, end = self.link(), time.monotonic() + patience
        while True:
            answer = self.send(link, one)
            if answer is not None:
                link.close()
                return answer
            assert time.monotonic() < end, f"{one.name} is not answered"
            time.sleep(0.2)

    def act(self, case: str, name: str) -> Sent:
        data: dict[str, dict[str, Any]] = {
            "log_call": {"source": "video", "class_id": GARBAGE, "lon": "121.5032000", "lat": "31.2391000",
                         "text": f"路边有一堆垃圾 {case[:8]}", "caller": "王女士", "phone": "13800001234"},
            "accept": {"distinct": True, "note": f"已受理 {case[:8]}"},
            "file_case": {"condition": "1", "note": "符合立案条件"},
            "dispatch": {"body": self.unit, "note": "请尽快清运"},
            "sign": {"note": "收到"},
        }  # fmt: skip
        return Sent(case, str(uuid.uuid4()), name, data[name])

    def link(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=45)

    def _client(self) -> None:
        try:
            link = self.link()
            while not self._stop.is_set():
                self._one_case(link)
        except Exception as error:
            self.failed.append(f"{type(error).__name__}: {error}")

    def _one_case(self, link: http.client.HTTPConnection) -> None:
        """The life of a case up to the signature, or up to the first act without an answer."""
        case = str(uuid.uuid4())
        for name in STEPS:
            one = self.act(case, name)
            while not _reached(link):
                if self._stop.wait(0.1):
                    return
            answer = self.send(link, one)
            if answer is None:
                self.unanswered.append(one)
                self._stop.wait(0.2)
                return
            self.acknowledged[one.id] = (one, answer["seq"])

    def _signed_in(self, login: str) -> dict[str, str]:
        base = f"http://127.0.0.1:{self.house.port}"
        jar = http.cookiejar.CookieJar()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

        def post(path: str, page: str, **fields: str) -> str:
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
            assert token is not None, path
            data = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": token[1]}).encode()
            with browser.open(f"{base}{path}", data, timeout=30) as answer:
                return str(answer.read().decode())

        with browser.open(f"{base}/sign-in/", timeout=30) as answer:
            page = post("/sign-in/", answer.read().decode(), username=login, password=PASSWORD)
        if login in POSTS:
            seat = re.search(r'value="(\d+)"[^>]*>\s*<strong>[^<]*' + POSTS[login], page)
            assert seat is not None, page
            post("/posts/", page, seat=seat[1])
        cookies = {cookie.name: str(cookie.value) for cookie in jar}
        return {"Content-Type": "application/json", "X-CSRFToken": cookies["csrftoken"], "Referer": f"{base}/",
                "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}  # fmt: skip


def _reached(link: http.client.HTTPConnection) -> bool:
    """Whether somebody listens: an act is not sent to nobody."""
    if link.sock is not None:
        return True
    try:
        link.connect()
    except OSError:
        return False
    return True
