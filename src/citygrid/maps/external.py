"""Addresses of other services' maps: which are taken, which hosts a browser may load from, where keys come from.

The browser loads them, never this server: there is no proxy to misuse. A key (of 天地图, say) stays out of the database
and of city folders: the address says {key}, the value is CITYGRID_MAP_KEY_<CODE> or the file keys/map_<code>."""

import ipaddress
import os
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from citygrid.maps.models import EXTERNAL, Layer
from citygrid.maps.problems import LayerError

SPAN = re.compile(r"\{([0-9a-z])-([0-9a-z])\}")
NEEDED = {"wms": ("layers",), "wmts": ("layer", "matrix_set"), "xyz": (), "arcgis": ()}
PRIVATE_NAMES = (".local", ".internal", ".localhost", ".lan", ".home")
MOST_HOSTS = 26
NAT64 = ipaddress.ip_network("64:ff9b::/96")


def check(layer: Layer) -> None:
    """Raises LayerError when the address is none that a browser should be sent to, or an option is missing."""
    if not layer.address:
        raise LayerError("address_missing")
    for address in expanded(layer.address):
        _check_one(address)
    missing = [name for name in NEEDED[layer.kind] if not layer.options.get(name)]
    if missing:
        raise LayerError("options_missing", {"names": ", ".join(missing)})


def _check_one(address: str) -> None:
    if re.search(r"[\s\"'<>\\;,]|[^\x21-\x7e]", address):
        raise LayerError("address_bad")
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise LayerError("address_bad") from None
    if parts.scheme not in ("http", "https"):
        raise LayerError("address_scheme")
    if "@" in parts.netloc:
        raise LayerError("address_credentials")
    if not host or not re.fullmatch(r"[a-z0-9.:-]+", host):
        raise LayerError("address_bad")
    if host not in allowed_hosts() and private(host):
        raise LayerError("address_private", {"host": host})


def private(host: str) -> bool:
    """Whether a host is of this machine or of an inner network, as far as its name says."""
    try:
        return not _meant(host).is_global
    except ValueError:
        pass
    # Numbers that browsers read as addresses (127.1, 0x7f000001), and names without a domain.
    last = host.rstrip(".").rpartition(".")[2]
    return "." not in host.strip(".") or last.isdigit() or last.startswith("0x") or host.endswith(PRIVATE_NAMES)


def _meant(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address; of an IPv6 one that carries an IPv4 one (mapped, 6to4, NAT64) the latter. ValueError for a name."""
    found = ipaddress.ip_address(host)
    if isinstance(found, ipaddress.IPv4Address):
        return found
    if found in NAT64:
        return ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return found.ipv4_mapped or found.sixtofour or found


def allowed_hosts() -> frozenset[str]:
    """Inner hosts that the server's settings allow (an own map server of the city)."""
    return frozenset(getattr(settings, "MAP_HOSTS", ()))


def expanded(address: str) -> list[str]:
    """The address with {a-c} or {0-7} written out, as OpenLayers does."""
    found = SPAN.search(address)
    if found is None:
        return [address]
    first, last = ord(found[1]), ord(found[2])
    if not 0 <= last - first < MOST_HOSTS:
        raise LayerError("address_bad")
    return [address[: found.start()] + chr(code) + address[found.end() :] for code in range(first, last + 1)]


def hosts(layers: Iterable[Layer]) -> tuple[str, ...]:
    """Origins (scheme://host:port) of published external layers, for the content policy."""
    found: set[str] = set()
    for layer in layers:
        if layer.kind in EXTERNAL and layer.published:
            found.update(origins(layer))
    return tuple(sorted(found))


def origins(layer: Layer) -> tuple[str, ...]:
    """Origins of one external layer's address."""
    parts = [urlsplit(address) for address in expanded(layer.address)]
    return tuple(f"{one.scheme}://{one.netloc}" for one in parts)


def address_of(layer: Layer) -> str:
    """The address as the browser needs it, with the key in its place."""
    return layer.address.replace("{key}", key_of(layer.code))


def key_of(code: str) -> str:
    """The layer's key from the environment or the secret file; empty when there is none."""
    given = os.environ.get("CITYGRID_MAP_KEY_" + re.sub(r"\W", "_", code).upper())
    if given:
        return given
    path = Path(settings.DATA) / "keys" / f"map_{code}"
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""
