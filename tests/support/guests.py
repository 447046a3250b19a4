"""A node that serves guests: its listener with TLS, two doors, and clients that call it by hand.

    with guests.serving(node, folder) as at:
        made = guests.admit(at.node, officer, LINK)
        at.call("/", token=made.secret).status

Floor: tests.
"""

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from comity.adapters import clock, tlscert
from comity.adapters.tlscert import TlsKey
from comity.boot import outside as listeners
from comity.boot.outside import Listener
from comity.demo.ports import free_port
from comity.domestic.outside.session import Terms
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.base.scope import PRESENCE, Outside, Scope, by_name
from comity.node.desk import outside
from comity.node.desk.outside import Admitted
from comity.surfaces.cli.context import Settings
from comity.surfaces.outside.app import VISIT, Door
from comity.surfaces.outside.reply import StartResponse

ECHO: Final = Scope("echo", "send something and get it back", "发送内容并取回")
BODY_BYTES_MAX: Final = 1 << 20
_YEAR_MS: Final = 366 * 86_400_000


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 -- JSON
        """Return it as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class At:
    """A listener that runs."""

    node: Node
    listener: Listener
    port: int
    settings: Settings

    @property
    def origin(self) -> str:
        """Where it is reached."""
        return f"https://localhost:{self.port}"

    def call(  # noqa: PLR0913 -- what a request has
        self,
        path: str,
        *,
        method: str = "GET",
        token: str = "",
        cookie: str = "",
        client: TlsKey | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Answer:
        """Ask for something, on a connection of its own."""
        sent = {**headers}
        sent |= {"authorization": f"Bearer {token}"} if token else {}
        sent |= {"cookie": cookie} if cookie else {}
        line = http.client.HTTPSConnection(
            "localhost", self.port, timeout=20, context=self.context(client)
        )
        try:
            line.request(method, path, body, sent)
            found = line.getresponse()
            return Answer(found.status, {k.lower(): v for k, v in found.getheaders()}, found.read())
        finally:
            line.close()

    def context(self, client: TlsKey | None = None) -> ssl.SSLContext:
        """Return what a client believes and shows."""
        made = ssl.create_default_context(cafile=self.settings.outside_certificate)
        if client is not None:
            folder = Path(self.settings.outside_certificate).parent
            written = write(client, folder, f"client{id(client)}")
            made.load_cert_chain(*written)
        return made

    def line(self) -> ssl.SSLSocket:
        """Return a connection that asks nothing yet."""
        return self.context().wrap_socket(self.plain(), server_hostname="localhost")

    def plain(self) -> socket.socket:
        """Return a connection on which nothing was said."""
        return socket.create_connection(("localhost", self.port), 20)


def echo(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
    """Give back what was sent, and whose request it was."""
    data = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    said = f"{environ[VISIT].name}: ".encode() + data
    if environ["PATH_INFO"].endswith("/large"):
        said = b"x" * (32 << 20)
    if environ["PATH_INFO"].endswith("/broken"):
        raise RuntimeError("of a room")
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(said)))])
    return [said]


def write(key: TlsKey, folder: Path, name: str) -> tuple[str, str]:
    """Write certificate and key as PEM; return their paths."""
    certificate, private = folder / f"{name}.pem", folder / f"{name}.key"
    private.write_bytes(
        key.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    certificate.write_bytes(pem(key))
    return str(certificate), str(private)


def pem(key: TlsKey) -> bytes:
    """Return a certificate as PEM."""
    return x509.load_der_x509_certificate(key.certificate).public_bytes(Encoding.PEM)


def key_for(host: str) -> TlsKey:
    """Return a fresh key with a certificate that is in force."""
    now_ms = clock.SystemClock().now_ms()
    return tlscert.make(host, now_ms - _YEAR_MS, now_ms + _YEAR_MS)


def offering(node: Node, port: int) -> Node:
    """Return a node that offers two scopes there."""
    offered = Outside(f"https://localhost:{port}", by_name(PRESENCE, ECHO))
    return replace(node, outside=offered)


def settings_for(folder: Path, port: int) -> Settings:
    """Return a configuration with a certificate for this machine."""
    certificate, key = write(key_for("localhost"), folder, "server")
    return Settings(
        "fr",
        outside_port=port,
        outside_host="localhost",
        outside_origin=f"https://localhost:{port}",
        outside_certificate=certificate,
        outside_key=key,
    )


@contextmanager
def serving(node: Node, folder: Path) -> Iterator[At]:
    """Serve guests for the length of a `with`."""
    port = free_port()
    offered, settings = offering(node, port), settings_for(folder, port)
    settings = replace(settings, outside_host="127.0.0.1")
    served = {**listeners.doors(offered), "/echo": Door(ECHO.name, echo, BODY_BYTES_MAX)}
    listener = Listener(offered, settings, port, served)
    listener.server.prepare()
    thread = threading.Thread(target=listener.server.serve, daemon=True)
    thread.start()
    try:
        yield At(offered, listener, port, settings)
    finally:
        listener.server.stop()
        thread.join(5)


def admit(
    node: Node,
    officer: Officer,
    kind: str,
    *scopes: str,
    client: TlsKey | None = None,
    **terms: int,
) -> Admitted:
    """Admit somebody."""
    given = scopes or (PRESENCE.name, ECHO.name)
    wanted = Terms(kind, "Recall desk", "Bank of Sylvania", given, **terms)
    made = outside.admit(node, officer, wanted, pem(client) if client else b"")
    assert isinstance(made, Admitted), made
    return made
