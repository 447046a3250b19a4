"""What the demo compares when it has been played: both nodes, and proofs that need neither.

Floor: demo.
"""

from collections.abc import Mapping
from typing import Any, Final

from comity.clocks.clock import MET
from comity.demo.scenes import PRESERVATION, STOP_PAYMENT
from comity.demo.story import FIRST, FR, SY, Play, instant, until

_COMPARED: Final = ("matter", "status", "digest", "holders")
_BESIDE: Final = "ways"
"""How each act travelled: shown beside the clocks and not in them.  When an act was first signed
its author alone may know, if the line was down."""

_PAGE: Final = "200"

type Clocks = dict[str, Any]
"""What `comity clock why --json` prints."""


def compare(play: Play) -> None:
    """Compare every state and clock of every request, at one instant and one cut."""
    story, at = play.story, instant(play.now())
    is_same = until(lambda: _rows(play, FR) == _rows(play, SY))
    rows = _rows(play, FR)
    is_all = rows.keys() >= {*play.matters.values()}
    is_all = is_all and len(rows) == play.past + len(play.matters)
    story.check(f"both nodes show the same of {len(rows)} requests", holds=is_same and is_all)
    found = {scene: _agreed(play, matter, at) for scene, matter in play.matters.items()}
    count = sum(len(clocks.get("clocks", [])) for clocks in found.values())
    story.check(f"both nodes count {count} clocks alike", holds=all(found.values()) and count > 0)
    kept = _status(found[STOP_PAYMENT], "stop-window") == MET
    story.check("the 72 hours since the transfer were kept", holds=kept)
    matter = play.matters[PRESERVATION]
    story.facts |= {
        "at": at,
        "clocks": count,
        "digest": str(rows.get(matter, {}).get("digest", "")),
        "matter": matter,
        "requests": {scene: rows[one]["status"] for scene, one in play.matters.items()},
    }


def _rows(play: Play, party: str) -> dict[str, dict[str, Any]]:
    """Return `{request: what of it both sides compute}`."""
    found: dict[str, dict[str, Any]] = {}
    after = ""
    while True:
        page = play.runs(party, "request", "list", "--count", _PAGE, "--after", after)
        for row in page["requests"]:
            found[str(row["matter"])] = {name: row[name] for name in _COMPARED}
        after = str(page["next"] or "")
        if not after:
            return found


def _agreed(play: Play, matter: str, at: str) -> Clocks:
    """Return the clocks of a request, with their reasons, once both nodes give the same; or {}.

    Until both hold the same logs their cuts differ, and they say so.
    """
    shown: list[Clocks] = []

    def is_same() -> bool:
        shown[:] = [play.runs(party, "clock", "why", matter, "--at", at) for party in FIRST]
        for clocks in shown:
            del clocks[_BESIDE]
        return shown[0] == shown[1]

    return shown[0] if until(is_same) else {}


def _status(clocks: Mapping[str, Any], name: str) -> str:
    """Return what became of a clock, or ""."""
    found = [str(one["status"]) for one in clocks.get("clocks", []) if one["name"] == name]
    return found[0] if found else ""


def prove(play: Play) -> None:
    """Export a proof of a request and of its answer, and check each with its log's policy alone."""
    for word, sent in play.acts.items():
        policy, proof = (play.nodes.folder / f"{word}.{end}" for end in ("policy", "tlog-proof"))
        printed = play.nodes.run(FR, "policy", "--log", str(sent["log"]))["policies"]
        policy.write_text(str(printed[0]["policy"]))
        play.runs(FR, "proof", str(sent["act"]), "-o", str(proof))
        told = play.nodes.run(FR, "verify", str(proof), "--policy", str(policy), home=False)
        play.story.facts[f"{word}-proof"] = str(proof)
        play.story.check(f"the proof of the {word} holds offline", holds=told["holds"] is True)
