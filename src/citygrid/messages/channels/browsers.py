"""Browser push (RFC 8030, 8188, 8291, 8292): encrypted for the one browser, signed with this server's key."""

import base64
import hashlib
import json
import logging
from functools import lru_cache
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from citygrid.messages.channels import outside
from citygrid.messages.channels.gateway import wait_of
from citygrid.messages.channels.interface import GONE, REFUSED, RETRY, SENT, Outcome, Parcel

DAY = 86_400
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256."""
logging.getLogger("pywebpush").setLevel(logging.WARNING)


@lru_cache(maxsize=4)
def private_key(secret: str) -> ec.EllipticCurvePrivateKey:
    """The server's key, made from its secret: servers that share the secret share the key."""
    number = int.from_bytes(hashlib.sha512(b"citygrid vapid" + secret.encode()).digest()) % (ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


def public_key() -> str:
    """What a browser needs to subscribe (base64url)."""
    point = private_key(settings.VAPID_KEY).public_key()
    raw = point.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Browsers:
    """`Topic` makes a message that waits at the service replaced by its repetition."""

    repeatable = True

    def send(self, parcel: Parcel) -> Outcome:
        from pywebpush import WebPusher, WebPushException  # noqa: PLC0415 - slow to load, and only senders need it

        endpoint = str(parcel.info.get("endpoint", ""))
        if outside.push_host(endpoint) is not None:
            return Outcome(REFUSED, "push_host")
        content = {name: getattr(parcel, name) for name in ("title", "text", "page", "tag", "loud")}
        try:
            body = WebPusher(parcel.info).encode(json.dumps(content, ensure_ascii=False).encode())["body"]
        except (WebPushException, ValueError, KeyError) as error:
            return Outcome(GONE, "push_keys", type(error).__name__)
        headers = {
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(DAY),
            "Urgency": "high" if parcel.loud else "normal",
            "Topic": hashlib.sha256((parcel.tag or parcel.key).encode()).hexdigest()[:32],
            **_signed(endpoint),
        }
        try:
            with outside.session() as session:
                answer = session.post(
                    endpoint, data=body, headers=headers, timeout=outside.SECONDS, allow_redirects=False
                )
        except (requests.RequestException, OSError) as error:
            return Outcome(RETRY, "no_answer", type(error).__name__)
        return _read(answer)


def _signed(endpoint: str) -> dict[str, str]:
    from py_vapid import Vapid02  # noqa: PLC0415 - as above

    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "sub": settings.VAPID_CONTACT}
    signer = Vapid02()
    signer.private_key = private_key(settings.VAPID_KEY)
    found: dict[str, str] = signer.sign(claims)
    return found


def _read(answer: requests.Response) -> Outcome:
    status = answer.status_code
    if 200 <= status < 300:
        return Outcome(SENT, provider_id=answer.headers.get("Location", "")[-100:])
    if status in (404, 410):
        return Outcome(GONE, "push_gone", str(status))
    if status == 429 or status >= 500:
        return Outcome(RETRY, "provider_fault", str(status), wait=wait_of(answer.headers.get("Retry-After", "")))
    return Outcome(REFUSED, "provider_refused", str(status))
