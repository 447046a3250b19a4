"""What the operator's monitoring is told, read by its own programs."""

import json
import shutil
import subprocess
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest
from boot.test_serve import home, serving
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from support.pair import make_world
from support.typed import comity

from comity.node.base import channel_records
from comity.node.operate import monitoring, series
from comity.node.operate.series import ALERTS, SERIES, Disk

__all__ = ["home"]  # a fixture that this module uses too

OPEN_METRICS = {"Accept": "application/openmetrics-text; version=1.0.0"}
HOURS = 5
STANDING = f"x{HOURS * 60}"
WELL = {
    'up{job="comity"}': "1+0",
    "comity_ready": "1+0",
    "comity_sampled_timestamp_seconds": "0+60",
    'comity_undelivered_oldest_seconds{purpose="hotline"}': "2+0",
    'comity_undelivered_oldest_seconds{purpose="live"}': "900+0",
    'comity_partner_silent_seconds{purpose="hotline"}': "45+0",
    "comity_log_not_understood_entries": "0+0",
    'comity_logs{state="frozen"}': "0+0",
    "comity_alarms": "0+0",
    "comity_card_ends_seconds": f"{200 * 86_400}+0",
    "comity_clock_skew_seconds": "1+0",
    "comity_write_transactions_total": "0+100",
    "comity_slow_write_transactions_total": "0+0",
    "comity_backup_age_seconds": "3600+0",
    "comity_disk_free_bytes": "9e9+0",
    "comity_disk_reserve_bytes": "6e7+0",
}
ILL = {
    "ComityAway": ('up{job="comity"}', "0+0"),
    "ComityNotReady": ("comity_ready", "0+0"),
    "ComityStale": ("comity_sampled_timestamp_seconds", "0+0"),
    "ComityHotlineUndelivered": (
        'comity_undelivered_oldest_seconds{purpose="hotline"}', "61+0",
    ),
    "ComityHotlineSilent": ('comity_partner_silent_seconds{purpose="hotline"}', "301+0"),
    "ComityUndelivered": ('comity_undelivered_oldest_seconds{purpose="live"}', "3601+0"),
    "ComityNotRead": ("comity_log_not_understood_entries", "1+0"),
    "ComityFrozen": ('comity_logs{state="frozen"}', "1+0"),
    "ComityAlarm": ("comity_alarms", "1+0"),
    "ComityCardEnds": ("comity_card_ends_seconds", "86400+0"),
    "ComityClockSkewed": ("comity_clock_skew_seconds", "61+0"),
    "ComityWriterSlow": ("comity_slow_write_transactions_total", "0+2"),
    "ComityBackupOld": ("comity_backup_age_seconds", "200000+0"),
    "ComityDiskLow": ("comity_disk_free_bytes", "1e8+0"),
}  # fmt: skip
"""What is so where an alert is to fire: the series, and how it goes on each minute."""


def promtool(*words: str, told: str = "") -> None:
    """Run Prometheus's own checker, where the machine has it."""
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is not installed (Debian: prometheus)")
    done = subprocess.run(
        [program, *words], input=told, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def asked(port: int, path: str, **accepts: str) -> tuple[int, str]:
    """Return status and text of an answer of the port."""
    line = HTTPConnection("127.0.0.1", port, timeout=10)
    line.request("GET", path, headers=accepts)
    answer: HTTPResponse = line.getresponse()
    text = answer.read().decode()
    line.close()
    return answer.status, text


def test_a_scrape_is_what_openmetrics_says(home: Path) -> None:
    """Two readers of others' take it; another address is none, and nothing but the port is told."""
    with serving(home, "--metrics-port", "0") as (_, ports):
        port = ports["metrics_port"]
        _, told = asked(port, "/metrics", **OPEN_METRICS)
        promtool("check", "metrics", told=asked(port, "/metrics")[1])
        assert asked(port, "/officers")[0] == 404

    assert told.endswith("# EOF\n")
    read: Any = text_string_to_metric_families
    families = {one.name for one in read(told)}
    assert {f"comity_{one.name}" for one in SERIES} <= families
    assert "process_cpu_seconds" in families


def test_the_rules_are_prometheus_s(tmp_path: Path) -> None:
    """`comity metrics rules` prints a file that it loads."""
    printed = comity("metrics", "rules")
    (tmp_path / "rules.yml").write_text(printed.stdout)
    promtool("check", "rules", str(tmp_path / "rules.yml"))


def test_each_alert_fires_for_its_fault_and_for_no_other(tmp_path: Path) -> None:
    """On a well node none does; so nobody is woken for nothing, and each is looked at."""
    assert ILL.keys() == {one.name for one in ALERTS}
    (tmp_path / "rules.yml").write_text(json.dumps(monitoring.rules()))
    tests = [_test("", WELL)]
    tests += [_test(name, WELL | {one: values}) for name, (one, values) in ILL.items()]
    (tmp_path / "test.yml").write_text(json.dumps({"rule_files": ["rules.yml"], "tests": tests}))
    promtool("test", "rules", str(tmp_path / "test.yml"))


def _test(fires: str, values: dict[str, str]) -> object:
    """Return a test of all alerts, one of which is to fire, or none."""
    return {
        "interval": "1m",
        "name": fires or "well",
        "input_series": [
            {"series": name, "values": one + STANDING} for name, one in values.items()
        ],
        "promql_expr_test": [
            {
                "expr": 'count(ALERTS{alertstate="firing"}) by (alertname)',
                "eval_time": f"{HOURS}h",
                "exp_samples": [{"labels": f'{{alertname="{fires}"}}', "value": 1}]
                if fires
                else [],
            }
        ],
    }


def test_each_panel_asks_for_a_series_that_is_told() -> None:
    """The dashboard is of the same table."""
    panels = json.loads(comity("metrics", "dashboard").stdout)["panels"]
    assert [one["title"] for one in panels] == [monitoring.exposed(one) for one in SERIES]
    assert all(panel["title"] in panel["targets"][0]["expr"] for panel in panels)


def test_what_waits_for_a_partner_is_told_and_who_it_is_only_where_asked(tmp_path: Path) -> None:
    """Who talks to whom is sensitive: no label names a partner unless the operator says so."""
    world = make_world(tmp_path)
    world.pump()
    for _ in range(3):
        world.ask("aa")
    node = world.node("aa")
    with node.store.read() as tx:
        purpose = channel_records.purpose(tx, world.channel)

    told = series.sample(node, Disk(10, 5), by_partner=False)
    named = series.sample(node, Disk(10, 5), by_partner=True)

    assert told["undelivered_acts"][purpose,] == 3
    assert told["log_unsigned_entries"][purpose,] >= 3
    assert named["undelivered_acts"][purpose, "bb"] == 3
    assert not any("bb" in labels for rows in told.values() for labels in rows)
    assert told.keys() == {one.name for one in SERIES}
