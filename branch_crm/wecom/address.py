"""Where messages may go: the host is checked when the product starts, its network address before every single message.

Knows nothing of Django, because the settings ask it. No text of an error holds the address: the key of the robot is in it.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

OFFICIAL = "qyapi.weixin.qq.com"
PORTS = {"https": 443, "http": 80}


class Refused(Exception):
    """Nothing is sent there; trying again would not help."""


@dataclass(frozen=True)
class Webhook:
    """`listed`: the administrator named the host, so it may be a relay inside the firm's own network."""

    scheme: str
    host: str
    port: int
    target: str
    listed: bool

    @property
    def name(self) -> str:
        """The host as a request names it."""
        return self.host if self.port == PORTS[self.scheme] else f"{self.host}:{self.port}"


def read_webhook(url: str, allowed_hosts: Sequence[str]) -> Webhook:
    """Without `allowed_hosts` only WeCom's own host. Raises Refused; the text completes a sentence about the variable."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise Refused("is not an address") from error
    host = (parts.hostname or "").rstrip(".")
    listed = host in {name.strip().lower().rstrip(".") for name in allowed_hosts}
    if not host or parts.scheme not in PORTS or parts.username or parts.password:
        raise Refused("is not an address like https://host/path?key=...")
    if not listed and (allowed_hosts or host != OFFICIAL):
        raise Refused("names a host that is not in WECOM_ALLOWED_HOSTS")
    if parts.scheme == "http" and not listed:
        raise Refused("must begin with https://")
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return Webhook(parts.scheme, host, port or PORTS[parts.scheme], target, listed)


def resolve(webhook: Webhook) -> str:
    """The network address to connect to, so that nothing can change between this check and the connection.

    WeCom's own host must lie in the public network: a private address means that somebody answers in its name. A listed
    host may lie anywhere, without encryption only in the private network. Raises Refused, or OSError when nobody knows
    the host now.
    """
    found = socket.getaddrinfo(webhook.host, webhook.port, type=socket.SOCK_STREAM)
    addresses = [_plain(str(entry[4][0])) for entry in found]
    private = [address for address in addresses if not address.is_global or address.is_multicast]
    if private and not webhook.listed:
        raise Refused("the host lies in the private network")
    if webhook.scheme == "http" and len(private) < len(addresses):
        raise Refused("the host lies in the public network, where only https is allowed")
    return str(addresses[0])


def _plain(text: str) -> IPv4Address | IPv6Address:
    address = ip_address(text.partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address
