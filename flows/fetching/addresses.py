"""Which network addresses may be fetched from, and how a host's addresses are found."""

from __future__ import annotations

import asyncio
import socket
import threading
from concurrent.futures import Future
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

# IANA's special-purpose registries, where the standard library of some Pythons knows less.
_IPV6_UNICAST = IPv6Network("2000::/3")
_IPV6_SPECIAL = (
    IPv6Network("2001::/23"),  # protocol assignments, Teredo among them
    IPv6Network("2001:db8::/32"),  # documentation
    IPv6Network("2002::/16"),  # 6to4, which carries an IPv4 address
    IPv6Network("3fff::/20"),  # documentation
)
_IPV4_SPECIAL = (
    IPv4Network("192.0.0.0/24"),  # protocol assignments
    IPv4Network("192.88.99.0/24"),  # 6to4 relays
)
_NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: Address) -> bool:
    """Whether an address is a single machine on the public internet.

    An IPv4 address inside an IPv6 one (mapped, NAT64) is judged as the IPv4 address it is.
    """
    plain = _carried_ipv4(address) or address
    if not plain.is_global or plain.is_multicast or plain.is_reserved:
        return False
    if isinstance(plain, IPv4Address):
        return not any(plain in network for network in _IPV4_SPECIAL)
    return plain in _IPV6_UNICAST and not any(plain in network for network in _IPV6_SPECIAL)


def _carried_ipv4(address: Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped


async def resolve(host: str, port: int) -> list[Address]:
    """The addresses of a host (a name, or an address in any spelling), in the order to be tried.

    The system's resolver cannot be interrupted, so each question has a thread of its own, which is
    left behind when nobody waits for it any more: a pool's few threads could all hang.

    Raises:
        OSError: no such host (``socket.gaierror`` tells whether that may change).
    """
    answer: Future[list[Address]] = Future()
    answer.set_running_or_notify_cancel()

    def ask() -> None:
        try:
            answer.set_result(_look_up(host, port))
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=ask, name="resolve", daemon=True).start()
    return await asyncio.wrap_future(answer)


def _look_up(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(0, "not a host name") from error
    return list(dict.fromkeys(ip_address(entry[4][0]) for entry in found))
