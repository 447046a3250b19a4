"""What docs/api.md shows is what happens: its lines are run, between two real nodes."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from comity.adapters.clock import SystemClock
from comity.client import Client, Inadmissible, NotAllowed, Unfit, Unknown, Unreachable
from comity.client import is_authentic as is_authentic_here
from comity.demo.pair_of_nodes import PairOfNodes
from comity.domestic.webhook import signature

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
ASKER, PEER = "fr", "sy"
LINES_MAX = 10
REQUEST = {
    "type": "preservation",
    "urgency": "urgent",
    "elements": {"facts": "A server was broken into."},
}


def shown() -> tuple[str, str]:
    """Return both pieces of Python on the page."""
    client, verify = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return str(client), str(verify)


def served(nodes: PairOfNodes, *parties: str) -> list[tuple[str, str]]:
    """Serve nodes; return the address of each, and a token of its officer."""
    found = []
    scopes = [f"--scope={name}" for name in ("read", "draft", "evidence", "status")]
    for party in parties:
        side = nodes.sides[party]
        named = ["--as", side.state.officer, "--label", "client"]
        token = str(nodes.run(party, "token", "add", *named, *scopes)["token"])
        nodes.start(party)
        found.append((f"http://127.0.0.1:{side.port}", token))
    return found


@pytest.mark.slow
def test_ten_lines_ask_and_answer(nodes: PairOfNodes, capsys: pytest.CaptureFixture[str]) -> None:
    """Exactly as the page has them."""
    lines, _ = shown()
    assert len(lines.splitlines()) <= LINES_MAX
    ours, theirs = served(nodes, ASKER, PEER)
    names: dict[str, Any] = {
        "OURS": ours[0],
        "OUR_TOKEN": ours[1],
        "THEIRS": theirs[0],
        "THEIR_TOKEN": theirs[1],
        "request": REQUEST,
    }
    exec(lines, names)  # noqa: S102 -- our own page
    assert capsys.readouterr().out == "{'found': 'nothing'}\n"


@pytest.mark.slow
def test_what_is_refused_is_raised_with_its_rule(nodes: PairOfNodes, tmp_path: Path) -> None:
    """By kind, with the code and the next step; a large file goes and comes as it was."""
    ((url, token),) = served(nodes, ASKER)
    with Client(url, token) as node:
        sent = node.send(REQUEST, to=["sy"], key="k-1")
        assert node.send(REQUEST, to=["sy"], key="k-1")["act"] == sent["act"]
        with pytest.raises(Inadmissible) as no:
            node.send({**REQUEST, "urgency": "routine"}, to=["sy"], key="k-1")
        assert (no.value.rule, no.value.status) == ("release.key-reused", 409)
        assert no.value.fix
        with pytest.raises(Unknown, match=r"node\.matter\.unknown"):
            node.request("zzzzzzzz")
        with pytest.raises(Unfit) as unfit:
            node.post("/requests", {"to": [], "odd": 1})
        assert {"/to", "/odd"} <= {one["pointer"] for one in unfit.value.problems}
        with pytest.raises(NotAllowed, match=r"officer\.scope\.missing"):
            node.post("/legal/abcd/decide", {"question": "a", "verdict": "allows"})
        for _ in range(3):
            node.send(REQUEST, to=["sy"])
        assert len({line["matter"] for line in node.requests(count=2)}) == 4
        first = node.get("/channels")
        assert node.get("/channels") == first
        _carry(node, tmp_path)
    with Client(url, "comity-api-nothing") as node, pytest.raises(NotAllowed):
        node.get("/whoami")
    nodes.stop(ASKER)
    with Client(url, token) as node, pytest.raises(Unreachable, match="does not answer"):
        node.get("/whoami")


def _carry(node: Client, folder: Path) -> None:
    """Upload, attach, and take out a file that is larger than one call; print the letter."""
    disk = folder / "disk.img"
    disk.write_bytes(bytes(range(256)) * 80_000)
    line = {"path": "disk.img", "media_type": "application/octet-stream", "mark": "TLP:AMBER"}
    asked = {**REQUEST, "attachments": [line]}
    sent = node.send(asked, to=["sy"], uploads={"disk.img": node.upload(disk)})
    (item,) = node.get(f"/requests/{sent['matter']}/evidence")["items"]
    assert item["sha256"] == hashlib.sha256(disk.read_bytes()).hexdigest()
    path = f"/requests/{sent['matter']}/evidence/{item['blob']}"
    node.save(path, folder / "copy.img", purpose="to compare")
    assert (folder / "copy.img").read_bytes() == disk.read_bytes()
    node.save(f"/requests/{sent['matter']}/letter", folder / "letter.pdf")
    assert (folder / "letter.pdf").read_bytes().startswith(b"%PDF-")


def test_a_token_does_not_travel_in_the_clear() -> None:
    """Plain HTTP is for this machine alone."""
    with pytest.raises(ValueError, match="https"):
        Client("http://node.example", "comity-api-x")


def test_a_call_to_a_webhook_is_verified_as_the_page_says() -> None:
    """By the lines of the page and by the client: signed, unchanged, and not old."""
    _, lines = shown()
    names: dict[str, Any] = {}
    exec(lines, names)  # noqa: S102 -- our own page
    secret, body = signature.render_secret(bytes(range(32))), b'{"type":"test"}'
    now_s = SystemClock().now_ms() // 1_000
    fresh = signature.headers(secret, "msg_1", now_s, body)
    old = signature.headers(secret, "msg_1", now_s - 400, body)
    other = signature.render_secret(bytes(32))

    def both(secret: str, headers: Mapping[str, str], body: bytes) -> set[bool]:
        found = names["is_authentic"](secret, dict(headers), body)
        return {found, is_authentic_here(secret, headers, body, now_s)}

    assert both(secret, fresh, body) == {True}
    assert both(secret, fresh, body + b" ") == {False}
    assert both(secret, old, body) == {False}
    assert both(other, fresh, body) == {False}
