"""Threads that tell webhooks what happened, one for each: one that hangs keeps no other waiting.

Floor: boot.
"""

import threading
from typing import Final

from comity.boot import lazy_import
from comity.boot.supervision import with_care
from comity.node.base.context import Node
from comity.node.base.ports import Hooks
from comity.node.desk import mail_notices
from comity.node.desk.webhooks import address, delivery, events, registry
from comity.surfaces.cli.context import Settings

TICK_S: Final = 1.0


class HookThreads:
    """Those that run.

    Args:
        node: ours.
        settings: of the home: how mail is sent.
        stop: set once this process ends.
    """

    def __init__(self, node: Node, settings: Settings, stop: threading.Event) -> None:
        self._node = node
        self._settings = settings
        self._stop = stop
        self._running: dict[str, threading.Thread] = {}

    def look(self) -> None:
        """Let what happened wait for webhooks, and tell each in a thread of its own."""
        events.look(self._node)
        with self._node.store.read() as tx:
            wanted = {hook.id for hook in registry.active(tx)}
        self._running = {name: one for name, one in self._running.items() if one.is_alive()}
        for hook_id in sorted(wanted - self._running.keys()):
            thread = threading.Thread(
                target=self._tell, args=(hook_id,), name="webhook", daemon=True
            )
            self._running[hook_id] = thread
            thread.start()

    def threads(self) -> list[threading.Thread]:
        """Return them."""
        return [*self._running.values()]

    def _tell(self, hook_id: str) -> None:
        """Tell one webhook what is due, again and again, until it is ended."""
        line = with_care("webhook", lambda: self._line(hook_id))
        if line is None:
            return  # a second later it is begun again
        is_ended = False
        while not is_ended and not self._stop.wait(TICK_S):
            is_ended = bool(with_care("webhook", lambda: _is_ended(self._node, line, hook_id)))
        line.close()

    def _line(self, hook_id: str) -> lazy_import.Line:
        with self._node.store.read() as tx:
            hook = registry.load(tx, hook_id)
        if hook is not None and mail_notices.is_notice(hook):
            return lazy_import.mail(self._settings)
        if hook is not None and address.is_messenger(hook.url):
            return lazy_import.notify(self._settings)
        return lazy_import.hooks(self._settings)


def _is_ended(node: Node, line: Hooks, hook_id: str) -> bool:
    """Tell a webhook what is due; return whether it is told nothing more."""
    return delivery.deliver_due(node, line, hook_id) is None
