"""Names and public addresses that lead to sites on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping
from ipaddress import ip_address

import httpcore

from flows.fetching.addresses import Address
from tests.flows.webserver.server import Site


class NamedNetwork:
    """A network in which names have the addresses given, one list for each time they are asked.

    ``{"news.example": [["93.184.215.14"], ["127.0.0.1"]]}`` rebinds at the second question; the
    last list stays. Each address that may be connected to leads to a site in ``sites``, by
    address, or to ``site`` when it is the only one. ``looked_up`` and ``connected`` are logs.
    """

    def __init__(
        self,
        names: Mapping[str, Iterable[Iterable[str]]],
        site: Site | None = None,
        sites: Mapping[str, Site] | None = None,
    ) -> None:
        self.looked_up: list[str] = []
        self.connected: list[str] = []
        self.dead: set[str] = set()
        self._names = {name: [list(answer) for answer in names[name]] for name in names}
        self._site = site
        self._sites = sites or {}

    async def resolve(self, host: str, port: int) -> list[Address]:
        self.looked_up.append(host)
        answers = self._names.get(host)
        if answers is None:
            try:
                return [ip_address(host)]
            except ValueError:
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known") from None
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return [ip_address(address) for address in answer]

    async def connect(
        self, address: Address, port: int, timeout: float
    ) -> httpcore.AsyncNetworkStream:
        self.connected.append(str(address))
        site = self._sites.get(str(address), self._site)
        if str(address) in self.dead or site is None:
            raise httpcore.ConnectError(f"{address} refuses")
        return await httpcore.AnyIOBackend().connect_tcp(site.address, site.port, timeout)
