"""A real HTTP/1.1 server on loopback whose every answer is scripted, faults included."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from flows.fetching.addresses import Address

Script = Callable[[], Iterable[bytes | float]]
"""What to send, in order: bytes are sent, a number is a pause in seconds."""


class Request(NamedTuple):
    """A request as the server read it; header names are in lower case."""

    target: str
    headers: Mapping[str, str]


class LoopbackServer:
    """Answers each path with its script, then closes the connection. Keeps a log of requests."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self.connections = 0
        self._scripts: dict[str, Script] = {}
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._closing = threading.Event()
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def targets(self) -> list[str]:
        return [request.target for request in self.requests]

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http{'s' if self._tls else ''}://{host}:{self.port}{path}"

    def send(self, path: str, *parts: bytes | float) -> str:
        """Script a path with raw parts, status line and headers included."""
        return self.run(path, lambda: parts)

    def run(self, path: str, script: Script) -> str:
        self._scripts[path] = script
        return self.url(path)

    def page(
        self,
        path: str,
        body: bytes,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Script a path with a whole, honest answer."""
        fields = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Length": str(len(body)),
            **(headers or {}),
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        phrase = HTTPStatus(status).phrase
        return self.send(path, f"HTTP/1.1 {status} {phrase}\r\n{lines}\r\n".encode(), body)

    def redirect(self, path: str, location: str, status: int = 302) -> str:
        return self.page(path, b"", status=status, headers={"Location": location})

    def close(self) -> None:
        if not self._closing.is_set():
            self._closing.set()
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        # A client that gives up half way is what many tests are about.
        with contextlib.suppress(OSError), connection:
            connection.settimeout(10)
            if self._tls is None:
                self._answer(connection)
            else:
                with self._tls.wrap_socket(connection, server_side=True) as secured:
                    self._answer(secured)

    def _answer(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            received = connection.recv(65536)
            if not received:
                return
            head += received
        request_line, *lines = head.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        target = request_line.split(" ")[1]
        headers = {name.lower(): value for name, _, value in (x.partition(": ") for x in lines)}
        self.requests.append(Request(target, headers))
        missing: Script = lambda: [b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"]  # noqa: E731
        for part in self._scripts.get(target, missing)():
            if self._closing.is_set():
                return
            if isinstance(part, bytes):
                connection.sendall(part)
            else:
                time.sleep(part)


class FakeNetwork:
    """Names and public addresses that all lead to loopback; keeps a log of what was asked."""

    def __init__(self, server: LoopbackServer, names: Mapping[str, list[list[str]]]) -> None:
        self.looked_up: list[str] = []
        self.connected: list[str] = []
        self.dead: set[str] = set()
        self._server = server
        self._answers = {name: iter(answers) for name, answers in names.items()}

    def resolve(self, host: str, port: int, timeout: float) -> list[Address]:
        self.looked_up.append(host)
        if host in self._answers:
            return [ip_address(address) for address in next(self._answers[host])]
        return [ip_address(host)]

    def connect(self, address: Address, port: int, timeout: float) -> httpcore.NetworkStream:
        self.connected.append(str(address))
        if str(address) in self.dead:
            raise httpcore.ConnectError(f"{address} refuses")
        return httpcore.SyncBackend().connect_tcp("127.0.0.1", self._server.port, timeout)


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    server = LoopbackServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def ca_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for news.example that vouches for itself; its key lies beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "news.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("news.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "news.example.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    file.with_suffix(".key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return file


@pytest.fixture
def secure_server(ca_file: Path) -> Iterator[LoopbackServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca_file, ca_file.with_suffix(".key"))
    server = LoopbackServer(context)
    yield server
    server.close()


@pytest.fixture
def make_network(server: LoopbackServer) -> Callable[..., FakeNetwork]:
    """``make_network({"news.example": [[first answer's addresses], [second's]]})``."""

    def make(names: Mapping[str, list[list[str]]], to: LoopbackServer | None = None) -> FakeNetwork:
        return FakeNetwork(to or server, names)

    return make


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of whoever runs the tests are not theirs."""
    for name in list(os.environ):
        if name.startswith("NEWSGRAIN_"):
            monkeypatch.delenv(name)
