"""`comity metrics`: the rules by which the operator's monitoring wakes somebody, and a dashboard.

Floor: surfaces.
"""

import argparse

from comity.kernel import ijson, plain_yaml
from comity.kernel.ijson import Json
from comity.node.operate import monitoring, series
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers, add_json

_DESCRIPTION = """\
What `comity serve --metrics-port` tells the operator's monitoring (OpenMetrics, at /metrics), and
files for a Prometheus and a Grafana, made from the same table."""

_MEANING = """\
Needs no node: it prints what this version of the program tells, and what to do with it."""

_SCRAPE = """\
to be told, in prometheus.yml:
  rule_files: [comity.rules.yml]
  scrape_configs:
    - job_name: comity
      static_configs: [{targets: ['127.0.0.1:8460']}]"""


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "metrics",
        help="what the operator's monitoring is told, and when it wakes somebody",
        description=_DESCRIPTION,
        epilog=_SCRAPE,
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    listed = verbs.add_parser("list", help="each series: its labels, and what it says")
    listed.set_defaults(run=_list)
    rules = verbs.add_parser(
        "rules", help="print alerting rules for Prometheus, as its YAML: > comity.rules.yml"
    )
    rules.set_defaults(run=_rules)
    board = verbs.add_parser(
        "dashboard", help="print a dashboard for Grafana, as its JSON: > comity.json"
    )
    board.set_defaults(run=_dashboard)
    for one in (listed, rules, board):
        one.description = _MEANING
        add_json(one)


def _list(program: Program, _options: argparse.Namespace) -> int:
    lines = [
        f"{monitoring.exposed(one)}{{{', '.join(one.labels)}}}  {one.words}"
        for one in series.SERIES
    ]
    told: list[Json] = [
        {
            "name": monitoring.exposed(one),
            "kind": one.kind,
            "labels": [*one.labels],
            "by_partner": one.has_partner,
            "words": one.words,
        }
        for one in series.SERIES
    ]
    program.show({"series": told}, "\n".join(lines))
    return EXIT_OK


def _rules(program: Program, _options: argparse.Namespace) -> int:
    value = monitoring.rules()
    program.show(value, plain_yaml.render(value).decode().rstrip())
    return EXIT_OK


def _dashboard(program: Program, _options: argparse.Namespace) -> int:
    value = monitoring.dashboard()
    program.show(value, ijson.render(value).decode())
    return EXIT_OK
