"""Alerting rules and a dashboard, made from the table of series: for Prometheus and Grafana.

Source: Prometheus, "Defining recording and alerting rules"; Grafana, "Dashboard JSON model".
Floor: node.
"""

from typing import Final

from comity.kernel.ijson import Json
from comity.node.operate import series
from comity.node.operate.series import Alert, Series

PREFIX: Final = "comity_"
GROUP: Final = "comity"
_WIDTH: Final = 12
_HEIGHT: Final = 7
_COLUMNS: Final = 2
_UNITS: Final = {"seconds": "s", "bytes": "bytes"}


def exposed(one: Series) -> str:
    """Return the name of a series as it is asked for: a counter ends in `_total`."""
    return f"{PREFIX}{one.name}{'_total' if one.kind == series.COUNTER else ''}"


def rules() -> dict[str, Json]:
    """Return a file of alerting rules, as YAML has it."""
    found: list[Json] = [_rule(one) for one in series.ALERTS]
    return {"groups": [{"name": GROUP, "rules": found}]}


def _rule(one: Alert) -> dict[str, Json]:
    return {
        "alert": one.name,
        "expr": one.expression,
        "for": f"{one.minutes}m",
        "labels": {"severity": one.severity},
        "annotations": {"summary": one.words, "action": one.step},
    }


def dashboard() -> dict[str, Json]:
    """Return a dashboard: a panel for each series."""
    panels: list[Json] = [_panel(at, one) for at, one in enumerate(series.SERIES)]
    return {
        "uid": GROUP,
        "title": GROUP,
        "schemaVersion": 39,
        "refresh": "1m",
        "time": {"from": "now-24h", "to": "now"},
        "templating": {
            "list": [{"name": "datasource", "type": "datasource", "query": "prometheus"}]
        },
        "panels": panels,
    }


def _panel(at: int, one: Series) -> dict[str, Json]:
    row, column = divmod(at, _COLUMNS)
    name = exposed(one)
    legend = " ".join(f"{{{{{label}}}}}" for label in one.labels)
    return {
        "id": at + 1,
        "type": "timeseries",
        "title": name,
        "description": one.words,
        "datasource": {"type": "prometheus", "uid": "${datasource}"},
        "fieldConfig": {
            "defaults": {"unit": _UNITS.get(one.name.rpartition("_")[2], "short")},
            "overrides": [],
        },
        "gridPos": {"h": _HEIGHT, "w": _WIDTH, "x": _WIDTH * column, "y": _HEIGHT * row},
        "targets": [
            {
                "refId": "A",
                "expr": f"rate({name}[5m])" if one.kind == series.COUNTER else name,
                "legendFormat": legend,
            }
        ],
    }
