"""OpenMetrics on a port of its own, for the operator's monitoring.

    Metrics(…).run(stop)     the process that serves looks each half minute; nothing at a scrape
    Metrics(…).server        answers GET /metrics with what the last look found

Whoever reaches the port reads it: it is of this machine alone unless `metrics_host` says more.

Source: OpenMetrics 1.0; Prometheus text exposition format 0.0.4, for who asks for nothing newer.
Floor: boot.
"""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, override
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from cheroot import wsgi
from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    make_wsgi_app,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from comity.adapters.store import connect
from comity.boot import configuration
from comity.boot.supervision import with_care
from comity.node.base.context import Node
from comity.node.operate import monitoring, series
from comity.node.operate.series import Disk, Sample, Series
from comity.surfaces.cli.context import Home, Settings

EACH_S: Final = 30.0
PARTNER: Final = "partner"
THREADS: Final = 2
_TIMEOUT_S: Final = 5
_HEAD_BYTES_MAX: Final = 8_192


class Sampler(Collector):
    """What the last look found, as prometheus-client wants it."""

    def __init__(self, node: Node, home: Path, settings: Settings) -> None:
        """Begin with nothing: what was never looked at is not told."""
        self._node = node
        self._home = home
        self._settings = settings
        self._found: Sample = {}

    def look(self) -> None:
        """Look at all once.

        Raises:
            Fault: `node.store.*`: what was found before is told, with its time.
        """
        disk = Disk(connect.free_bytes(self._home), self._settings.reserve_bytes)
        by_partner = self._settings.metrics_partners
        self._found = series.sample(self._node, disk, by_partner=by_partner)

    @override
    def collect(self) -> Iterator[Metric]:
        """Give each series that has something to tell."""
        found = self._found
        for one in series.SERIES:
            if one.name in found:
                yield _family(one, found, by_partner=self._settings.metrics_partners)


def _family(one: Series, found: Sample, *, by_partner: bool) -> Metric:
    labels = [*one.labels, *([PARTNER] if one.has_partner and by_partner else [])]
    family = CounterMetricFamily if one.kind == series.COUNTER else GaugeMetricFamily
    made = family(monitoring.PREFIX + one.name, one.words, labels=labels)
    for values, value in sorted(found[one.name].items()):
        made.add_metric(values, value)
    return made


class Metrics:
    """The port, and what is looked at for it.

    Attributes:
        server: not bound yet.
    """

    def __init__(self, home: Home, asked: int) -> None:
        """Set it up.

        Raises:
            Fault: `boot.config.malformed`.
        """
        settings = configuration.require_valid(
            replace(home.settings, metrics_port=asked), "--metrics-port"
        )
        self._sampler = Sampler(home.node, home.paths.home, settings)
        registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=registry)
        registry.register(self._sampler)
        self.server = wsgi.Server(
            (settings.metrics_host, asked),
            _only_metrics(make_wsgi_app(registry)),
            numthreads=THREADS,
            max=THREADS,
            timeout=_TIMEOUT_S,
            request_queue_size=THREADS,
        )
        self.server.max_request_header_size = _HEAD_BYTES_MAX
        self.server.max_request_body_size = 1

    def run(self, stop: threading.Event) -> None:
        """Look again and again."""
        while True:
            with_care("metrics", self._sampler.look)
            if stop.wait(EACH_S):
                return


def of(home: Home, asked: int | None) -> Metrics | None:
    """Return the port, if the node is to have one.

    Args:
        home: that is served.
        asked: the port of a command, which wins over the configuration's; 0: any that is free.
    """
    if asked is None and not home.settings.metrics_port:
        return None
    return Metrics(home, home.settings.metrics_port if asked is None else asked)


def _only_metrics(app: WSGIApplication) -> WSGIApplication:
    """Answer one address: whoever mistypes it hears so, and is not taken for a monitoring."""

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == "/metrics":
            return app(environ, start)
        start("404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"The metrics of this node are at /metrics.\n"]

    return answer
