"""Whether a party's program computes by other rules than this one: what both show may differ then.

    its answer  ->  comity-rules: 2  ->  Rules.rules  ->  watch: an alarm while it is another

Nothing stops: logs are kept and signed alike, and what either shows is computed anew once its
program is the same.  A program that shows no number says nothing.

Source: docs/spec/wire.md 7.2.8.
Floor: node.
"""

import re
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Final

from comity.node.base import alarm as alarmed
from comity.node.base import rules_version
from comity.node.base.context import Node
from comity.node.base.ports import Peers, Request, Response

HEADER: Final = "comity-rules"
DIFFER: Final = "exchange.rules.differ"
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(slots=True)
class Rules:
    """By which rules peers compute.

    Attributes:
        rules: `{party: number}` of the rules by which its program computes, as it last showed.
    """

    rules: dict[str, int] = field(default_factory=dict)


class Hearing:
    """The peers of a node, and what their answers say of their rules."""

    def __init__(self, peers: Peers, rules: MutableMapping[str, int]) -> None:
        """Note in `rules`, by party, what its last answer showed."""
        self._peers = peers
        self._rules = rules

    def call(self, party: str, request: Request) -> Response:
        """Send a request, as `Peers` does."""
        answer = self._peers.call(party, request)
        said = answer.headers.get(HEADER, "")
        if _NUMBER.fullmatch(said):
            self._rules[party] = int(said)
        return answer


def watch(node: Node) -> None:
    """Raise an alarm for each party that computes by other rules; end it when it does not."""
    for party, theirs in sorted(node.session.of(Rules).rules.items()):
        told = {alarm(party, theirs)} if theirs != rules_version.RULES else set()
        alarmed.stand(node, (DIFFER, party), told)


def alarm(party: str, theirs: int) -> tuple[str, str]:
    """Return the alarm of a party with other rules, code and words."""
    behind = party if theirs < rules_version.RULES else "this node"
    what = (
        f"{party} computes by rules {theirs} and this node by rules {rules_version.RULES}: "
        f"what both show of the same acts may differ until {behind} has the newer version."
    )
    return DIFFER, what
