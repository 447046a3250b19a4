"""A compartment by command: its readers alone open what it holds, and a leaked page is traced."""

import io
import json
from pathlib import Path
from typing import Any, cast

import pypdfium2
import pytest
from support.desks import EXAMPLES, FIRST, Desks

from comity.domestic.custody import acts
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.room import custody
from comity.rooms.compartment import marked_page
from comity.rooms.request import reading

HOUR_MS = 3_600_000


def pdf() -> bytes:
    """Return a PDF of two empty pages."""
    document, made = pypdfium2.PdfDocument.new(), io.BytesIO()
    for _ in range(2):
        document.new_page(200, 300)
    document.save(made)
    return made.getvalue()


def given(desks: Desks, folder: Path) -> tuple[str, str, str]:
    """Let a PDF be given under signed terms; return the compartment, the request and the file."""
    request = desks.do("us", "request", "send", EXAMPLES / "preservation.json", "--to", "cn")
    matter = str(request["matter"])
    words = ("--text", "For counsel alone.", "--text", "zh=仅供法律顾问阅览。")
    made = desks.do("cn", "compartment", "propose", "--seal", "node", "--request", matter, *words)
    one = str(made["matter"])
    answer = json.loads((EXAMPLES / "answer.json").read_text("utf-8"))
    (folder / "formula.pdf").write_bytes(pdf())
    told = {"path": "formula.pdf", "media_type": "application/pdf", "mark": "TLP:AMBER"}
    (folder / "list.txt").write_text("one, two")
    plain = {"path": "list.txt", "media_type": "text/plain", "mark": "TLP:AMBER"}
    (folder / "answer.json").write_text(json.dumps({**answer, "attachments": [told, plain]}))
    answering = ("request", "answer", matter, folder / "answer.json")
    assert "compartment.unsigned" in desks.no("cn", *answering)
    desks.do("us", "compartment", "sign", one)
    desks.do("cn", *answering)
    listed = desks.do("us", "compartment", "files", one)["files"]
    assert sorted(each["marked"] for each in listed)[-2:] == [False, True]
    (file,) = [each for each in listed if each["marked"]]
    return one, matter, str(file["sha256"])


def test_a_page_is_opened_by_a_reader_alone_and_its_mark_leads_back(tmp_path: Path) -> None:
    """No file before the signature, no copy at all, no page for others; a mark is one opening."""
    desks = Desks(tmp_path)
    desks.permit()
    one, matter, sha256 = given(desks, tmp_path)
    page, out = ("compartment", "page", one, sha256[:12]), tmp_path / "one.png"
    assert "compartment.no-reader" in desks.no("us", *page, "1", "--output", out)
    reader = ("--name", FIRST["us"], "--capacity", "counsel", "--agency", "doj")
    desks.do("us", "compartment", "name-reader", one, *reader)
    assert "compartment.no-reader" in desks.no("us", *page, "1", "--output", out)
    for state in desks.states.values():
        state.clock.at_ms += 121 * HOUR_MS
    for number, name in (("1", "one"), ("2", "two"), ("1", "again")):
        desks.do("us", *page, number, "--output", tmp_path / f"{name}.png")
    assert out.read_bytes() == (tmp_path / "again.png").read_bytes()
    with pytest.raises(Fault, match=r"compartment\.page\.unreadable"):
        desks.do("us", *page, "3", "--output", tmp_path / "no.png")
    with pytest.raises(Fault, match="opened one by one, with a mark"):
        desks.do("us", "request", "show", matter, "--save", tmp_path / "out")
    _traced(desks, out.read_bytes(), sha256)
    assert _taken(desks, matter) == b"one, two"
    period = ("--from", "2020-01-01T00:00:00Z", "--until", "2040-01-01T00:00:00Z")
    desks.do("us", "compartment", "account", one, *period)
    codes = desks.do("cn", "compartment", "show", one)["turns"][-1]["codes"]
    assert (codes["openings"], codes["readers"]) == ("2", "1")
    desks.do("cn", "compartment", "close", one, "--reason", "concluded")
    assert "compartment.no-reader" in desks.no("us", *page, "2", "--output", tmp_path / "x.png")


def _taken(desks: Desks, matter: str) -> bytes:
    """Take what cannot be marked, as a reader does from the request."""
    node, ann = desks.states["us"].node, desks.officer("us")
    every = custody.items(node, reading.read(node, ann, matter))
    (item,) = [one for one in every if one.name == "list.txt"]
    parts = custody.give(node, ann, item, custody.Why(), kind=acts.READ)
    assert not isinstance(parts, Inadmissible)
    return b"".join(parts)


def _traced(desks: Desks, picture: bytes, sha256: str) -> None:
    """The mark of a page leads to its opening, in its State alone."""
    with desks.states["us"].node.store.read() as tx:
        ((_, kept),) = tx.records("compartment-opening").items()
    mark = str(cast("dict[str, Any]", kept)["mark"])
    assert picture == marked_page.render(pdf(), 1, mark)
    assert picture != marked_page.render(pdf(), 1, "AAAA-AAAA")
    found = desks.do("us", "compartment", "trace", mark.lower().replace("-", " "))
    assert (found["officer"], found["file"]) == (FIRST["us"], sha256)
    with pytest.raises(Fault, match=r"compartment\.mark\.unknown"):
        desks.do("cn", "compartment", "trace", mark)
