"""What an older program computed is computed anew while the node listens already.

    dropped  ->  both listeners answer  ->  computed, hotlines first  ->  pumps, pages and the rest

    peers      what they send is kept and cosigned: that needs nothing of what is computed
    officers   are told that, and how far it is; a page would miss requests
    arrivals   what is urgent wakes who is to be woken, in each channel that is computed

Nothing is sent or signed as a head until all is computed: this node's own logs may still be cut
by a recovery, and who computes ahead has read them.  How far it is stands in the log too; whoever
is stopped goes on from there at the next start.

Source: docs/adr/0033.
Floor: boot.
"""

import select
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from comity.boot import log, pool
from comity.boot.home import Opened
from comity.node.base import rules_version
from comity.node.base.context import Node
from comity.node.exchange import pump, refold_queue, understand
from comity.node.operate import rebuild
from comity.surfaces.web import upgrade_pages
from comity.surfaces.web.wsgi import Application, StartResponse

SECOND_MS: Final = 1_000
END_S: Final = 5.0
_EACH_PERCENT: Final = 5


class Upgrade:
    """What is to be computed anew in a home, and how far it is."""

    def __init__(self, found: Opened, folder: Path, environment: Mapping[str, str]) -> None:
        """Look, and drop what an older program computed, if one did.

        Args:
            found: the home, which this process alone serves.
            folder: where it is.
            environment: COMITY_*.

        Raises:
            Fault: `node.computed.newer`, `node.store.*`.
        """
        self._node = found.home.node
        self._folder = folder
        self._environment = environment
        self._progress: _Progress | None = None
        self._failed: BaseException | None = None
        with self._node.store.read() as tx:
            rules_version.require_not_newer(tx)
            self.is_due = rules_version.is_older(tx)
            self._entries = rebuild.entry_count(tx) if self.is_due else 0
            work = rebuild.work(tx) if self.is_due else 0
        if self.is_due:
            log.tell("serve.computing", {"entries": self._entries})
            rebuild.begin(self._node)
            self._progress = _Progress(work)

    def guarded(self, app: Application) -> Application:
        """Return what answers officers: an application, once everything is computed."""

        def answered(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
            progress = self._progress
            if progress is None:
                return app(environ, start)
            return upgrade_pages.answer(environ, start, progress.percent)

        return answered

    def open(self) -> None:
        """Let officers in."""
        self._progress = None

    def run(self, asked: int, each_second: Callable[[], object]) -> bool:
        """Compute; return False if told to end.

        Args:
            asked: a descriptor that can be read once this process shall end.
            each_second: called each second, by this thread.

        Raises:
            Fault: `node.store.*`, `keys.*`.
        """
        thread = threading.Thread(target=self._compute, name="upgrade", daemon=True)
        told = select.poll()
        told.register(asked, select.POLLIN)
        thread.start()
        while thread.is_alive():
            if told.poll(SECOND_MS):
                self._end(thread)
                return False
            each_second()
        if self._failed is None:
            return True
        if told.poll(SECOND_MS):  # who ends a service ends its processes together
            return False
        raise self._failed

    def _compute(self) -> None:
        assert self._progress is not None
        try:
            with pool.hands(self._folder, self._environment, self._entries) as hands:
                done = self._bring_up(hands)
        except _Ended:
            return
        except BaseException as error:  # noqa: BLE001 -- raised again by the thread that waits
            self._failed = error
        else:
            log.tell("serve.computed", {"entries": done})

    def _bring_up(self, hands: rebuild.Hands | None) -> int:
        assert self._progress is not None
        return rebuild.bring_up(self._node, self._progress.advance, hands, rebuild.BESIDE)

    def _end(self, thread: threading.Thread) -> None:
        assert self._progress is not None
        self._progress.end()
        thread.join(END_S)


def read_what_came(node: Node) -> None:
    """Understand what peers sent meanwhile in channels that are computed."""
    with node.store.read() as tx:
        settled = refold_queue.settled(tx, node.party)
    for channel in settled:
        understand.understand(node, channel, entries_max=pump.UNDERSTOOD_MAX)


class _Ended(Exception):  # noqa: N818 -- no error: the node is told to end
    """Nothing more is computed."""


class _Progress:
    """How much is done; told now and then."""

    def __init__(self, work: int) -> None:
        self._work = max(work, 1)
        self._done = 0
        self._told = 0
        self._is_over = False

    @property
    def percent(self) -> int:
        """How much is done; it was estimated, so that what came meanwhile may be more."""
        return min(99, 100 * self._done // self._work)

    def advance(self, count: int) -> None:
        """Note that so much more is done.

        Raises:
            _Ended: told to end.
        """
        if self._is_over:
            raise _Ended
        self._done += count
        if self.percent >= self._told + _EACH_PERCENT:
            self._told = self.percent - self.percent % _EACH_PERCENT
            log.tell("serve.computing", {"percent": self._told})

    def end(self) -> None:
        """Let whoever computes end with the step that it is at."""
        self._is_over = True
