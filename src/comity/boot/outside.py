"""The listener of those who are no officers: its doors, and the certificate that it shows.

Floor: boot.
"""

import ssl
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from comity.adapters import clock, tls
from comity.boot import configuration, log
from comity.boot.outside_server import OutsideServer
from comity.kernel.fault import Fault, path_quoted
from comity.node.base.context import Node
from comity.node.desk import outside as sessions
from comity.rooms.exercise import seat_scope
from comity.surfaces.cli.context import Settings
from comity.surfaces.outside import (
    app,
    exercise_seat,
    hash_sharing,
    share_confirm,
    share_feeds,
    share_stopped,
    tasks,
    taxii,
    taxii_consumer,
)
from comity.surfaces.outside.app import Door, Outside, Ports


def doors(node: Node) -> Mapping[str, Door]:
    """Return what rooms serve, by prefix of the address."""
    return {
        "/": app.presence(node),
        seat_scope.ADDRESS: exercise_seat.door(node),
        taxii.PREFIX: taxii_consumer.door(node),
        share_feeds.MISP: share_feeds.misp(node),
        share_feeds.LISTS: share_feeds.plain(node),
        share_confirm.PREFIX: share_confirm.door(node),
        share_stopped.PREFIX: share_stopped.door(node),
        tasks.PREFIX: tasks.door(node),
        hash_sharing.PREFIX: hash_sharing.door(node),
    }


class Listener:
    """The listener of one node, and what it shows: read anew where the files or sessions change."""

    def __init__(
        self, node: Node, settings: Settings, port: int, served: Mapping[str, Door]
    ) -> None:
        """Set it up, not bound yet.

        Args:
            node: ours.
            settings: of it.
            port: 0: any that is free.
            served: doors by prefix of the address.

        Raises:
            Fault: `boot.outside.certificate`.
        """
        self._node = node
        self._certificate = Path(settings.outside_certificate)
        self._key = Path(settings.outside_key)
        self._seen: object = None
        ports = Ports(
            log.tell, lambda e: log.tell("outside.failed", log.where(e)), clock.monotonic_ms
        )
        application = Outside(node, served, ports)
        context = self._changed()
        assert context is not None
        self.server = OutsideServer((settings.outside_host, port), application, context)

    def refresh(self) -> None:
        """Show the certificate that lies there now, and believe the clients of now.

        Raises:
            Fault: `boot.outside.certificate`: the one before is shown until it is mended.
        """
        context = self._changed()
        if context is not None:
            self.server.use(context)

    def _changed(self) -> ssl.SSLContext | None:
        with self._node.store.read() as tx:
            trusted = tuple(sessions.certificates(tx))
        seen = (trusted, *(_stamp(path) for path in (self._certificate, self._key)))
        if seen == self._seen:
            return None
        try:
            made = tls.outside_context(self._certificate, self._key, trusted)
        except (OSError, ValueError) as error:
            raise unusable(self._certificate, self._key, error) from error
        self._seen = seen
        return made


def listener(node: Node, settings: Settings, asked: int | None) -> Listener | None:
    """Return the listener of a node, if it is to have one.

    Args:
        node: ours.
        settings: of it.
        asked: the port of a command, which wins over the configuration's; 0: any that is free.

    Raises:
        Fault: `boot.config.malformed`, `boot.outside.certificate`.
    """
    if asked is None and not settings.outside_port:
        return None
    if asked is not None:
        configuration.require_valid(replace(settings, outside_port=asked or 1), "--outside-port")
    port = settings.outside_port if asked is None else asked
    return Listener(node, settings, port, doors(node))


def unusable(certificate: Path, key: Path, error: Exception) -> Fault:
    """Say that certificate and key cannot be shown."""
    return Fault(
        code="boot.outside.certificate",
        what=f"The certificate {path_quoted(certificate)} with the key {path_quoted(key)} cannot "
        f"be used: {getattr(error, 'reason', '') or error}.",
        fix="Give a PEM chain and its PEM key without a passphrase, which the user of the node "
        "may read.",
    )


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_ino, found.st_mtime_ns)
