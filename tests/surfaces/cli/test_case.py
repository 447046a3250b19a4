"""Cases by command: opened, grouped, agreed on, and the same on both nodes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support import filled
from support.desks import EXAMPLES, FIRST, Desks

from comity.joint.arrangement.card import Agency
from comity.joint.case.verbs import TABLE
from comity.kernel.fault import Fault
from comity.node.base import profile


def asked(desks: Desks) -> str:
    """Let the United States ask China; return the request."""
    sent = desks.do("us", "request", "send", EXAMPLES / "preservation.json", "--to", "cn")
    return str(sent["matter"])


def both(desks: Desks, case: str) -> Any:  # noqa: ANN401 -- JSON
    """Return a case as both nodes show it, which is the same but for whose turn it is."""
    us, cn = (desks.do(party, "case", "show", case) for party in ("us", "cn"))
    assert us.pop("ours") in {True, False}
    cn.pop("ours")
    for shown in (us, cn):
        for turn in shown["turns"]:
            turn.pop("received_at_ms")
    assert us == cn
    return us


def test_a_case_goes_from_its_opening_to_an_agreed_report(tmp_path: Path) -> None:
    """Both references, priority by both, a report disputed and then agreed."""
    desks = Desks(tmp_path)
    desks.agree()
    request = asked(desks)
    opened = desks.do(
        "us", "case", "open", "--own-reference", "FR-17", "--crime-type", "fraud",
        "--request", request[:8],
    )  # fmt: skip
    case = opened["matter"]
    desks.do("cn", "case", "reference", case[:8], "--own-reference", "CB-9")
    desks.do("us", "case", "propose-priority", "FR-17", "--reason", "harm-goes-on")
    desks.do("cn", "case", "agree-priority", "CB-9")
    steps = ("--next", "cn=answer", "--next", "us=examine", "--owner", "cn=mps")
    text = ("--text", "One request is open.")
    assert "lacks zh" in desks.no(
        "us", "case", "report", case, "--dialogue", "2027-03", *steps, *text
    )
    texts = (*text, "--text", "zh=一项请求尚未办结。")
    due = ("--due", "cn=2027-02-01T00:00:00Z")
    desks.do("us", "case", "report", case, "--dialogue", "2027-03", *steps, *due, *texts)
    desks.do("cn", "case", "dispute-report", case, "--reason", "next-step")
    desks.do("cn", "case", "agree-report", case)
    shown = both(desks, case)
    assert (shown["priority"], shown["references"]) == ("priority", {"us": "FR-17", "cn": "CB-9"})
    (report,) = shown["reports"]
    assert (report["status"], [one["lang"] for one in report["texts"]]) == ("agreed", ["en", "zh"])
    (inside,) = shown["requests"]
    assert (inside["matter"], inside["outstanding"]) == (request, inside["asked"])
    assert "one request is open" in desks.text.lower()
    lines = desks.do("cn", "case", "list", "--priority")["cases"]
    assert [(one["case"], one["requests"], one["open"]) for one in lines] == [(case, 1, 1)]


def test_what_is_answered_stands_in_the_case_by_itself(tmp_path: Path) -> None:
    """A case says nothing of its requests; it reads them; closed, it takes no other one."""
    desks = Desks(tmp_path)
    first, second = asked(desks), asked(desks)
    case = desks.do("cn", "case", "open", "--own-reference", "CB-1")["matter"]
    desks.do("cn", "case", "group", case, "--request", first, "--request", second)
    desks.do("us", "case", "ungroup", case, "--request", second)
    desks.do("cn", "request", "acknowledge", first, "--own-reference", "CB-2")
    desks.do("cn", "request", "answer", first, EXAMPLES / "answer.json")
    (inside,) = both(desks, case)["requests"]
    assert inside["matter"] == first
    assert inside["answered"]
    desks.do("us", "case", "close", case, "--reason", "concluded")
    assert "is closed" in desks.no("cn", "case", "group", case, "--request", second)
    desks.do("cn", "case", "reopen", case, "--reason", "new-facts")
    desks.do("cn", "case", "group", case, "--request", second)
    assert len(both(desks, case)["requests"]) == 2


def test_no_case_tells_of_a_request_that_an_officer_may_not_read(tmp_path: Path) -> None:
    """Not in its list, its count, its time line, nor by naming it."""
    desks = Desks(tmp_path)
    us = desks.states["us"].node
    with us.store.write() as tx:
        one = profile.load(tx)
        more = (*one.agencies, Agency("treasury", {"en": "Treasury"}))
        profile.save(tx, replace(one, agencies=more))
    hidden = asked(desks)
    case = desks.do("us", "case", "open", "--own-reference", "FR-1", "--request", hidden)["matter"]
    desks.add("us", "tess", "treasury", "case-officer")
    assert desks.value("us", "tess", "case", "list") == {"cases": []}
    with pytest.raises(Fault, match="no case"):
        desks.run("us", "tess", "case", "show", case)

    own = desks.value("us", "tess", "case", "open", "--own-reference", "TR-1")["matter"]
    desks.do("us", "case", "list")
    with pytest.raises(Fault, match="no request"):
        desks.run("us", "tess", "case", "group", own, "--request", hidden)
    desks.deliver()
    desks.value("cn", FIRST["cn"], "case", "group", own, "--request", hidden)
    desks.deliver()
    shown = desks.value("us", "tess", "case", "show", own)
    assert (shown["requests"], len(shown["turns"])) == ([], 1)
    assert hidden not in desks.text
    (line,) = desks.value("us", "tess", "case", "list")["cases"]
    assert (line["requests"], line["open"]) == (0, 0)


def test_a_hidden_case_is_answered_as_an_unknown_one_by_every_verb(tmp_path: Path) -> None:
    """Each row of the table: nobody learns that a case is there by trying to act on it."""
    desks = Desks(tmp_path)
    us = desks.states["us"].node
    with us.store.write() as tx:
        one = profile.load(tx)
        more = (*one.agencies, Agency("treasury", {"en": "Treasury"}))
        profile.save(tx, replace(one, agencies=more))
    hidden = desks.do("us", "case", "open", "--own-reference", "FR-1")["matter"]
    desks.add("us", "tess", "treasury", "case-officer")
    rows = [row for row in TABLE.verbs if not row.opens]
    lines = tmp_path / "lines"
    lines.write_text("email;a@b.example;handle;a:b\n")
    assert len(rows) == len(TABLE.verbs) - 1
    for row in rows:
        told = []
        for case in (hidden, "z" * 26):
            words = filled.words(row, {"party": ("us", "cn")}, str(lines))
            with pytest.raises(Fault, match="no case") as no:
                desks.run("us", "tess", "case", row.name, case, *words)
            told.append(str(no.value).replace(case, "CASE"))
        assert told[0] == told[1], row.name


def test_both_nodes_join_identifiers_alike_and_what_is_disputed_joins_nobody(
    tmp_path: Path,
) -> None:
    """Either State gives links; a vendor of two markets is one person; no entry has a handle."""
    desks = Desks(tmp_path)
    key = "4aee18f83afdeb23 4aee18f83afdeb23 4aee18f8"
    case = desks.do("us", "case", "open", "--own-reference", "FR-1")["matter"]
    ours, theirs, bad = (tmp_path / name for name in ("ours", "theirs", "bad"))
    ours.write_text(
        f'handle;Hydra:@BlueSky;pgp;{key};confirmed;"listing; 44"\n'
        "handle;hydra:bluesky;email;Blue@Example.org;possible\n"
    )
    theirs.write_text(f"handle;tor2door:sky;pgp;{key.upper()};probable;key on its page\n")
    bad.write_text("handle;a:b\nemail;a@b.org;email;A@b.org\nemail;nobody;ip;192.0.2.1\n")
    with pytest.raises(Fault, match=r"case\.links\.unfit") as no:
        desks.do("us", "case", "link", case, "--links", bad)
    assert [f":{line}:" in str(no.value) or f"/{line}" in str(no.value) for line in (1, 2, 3)]
    desks.do("us", "case", "link", case, "--links", ours)
    desks.do("cn", "case", "link", case, "--links", theirs)
    shown = both(desks, case)
    (person,) = shown["people"]
    assert person["parties"] == ["cn", "us"]
    assert [one["identifier"] for one in person["identifiers"]] == [
        "blue@example.org", "hydra:bluesky", "tor2door:sky", key.replace(" ", "").upper(),
    ]  # fmt: skip
    desks.do("cn", "case", "dispute-link", case, "--link", "2", "--reason", "another")
    shown = both(desks, case)
    assert [one["disputed"] for one in shown["links"]] == [False, True, False]
    assert len(shown["people"][0]["identifiers"]) == 3
    assert shown["links_unread"] == 0
    assert "no-link" in desks.no("us", "case", "dispute-link", case, "--link", "2", "--reason",
                                 "source")  # fmt: skip
    with desks.states["us"].node.store.read() as tx:
        (row,) = tx.matters("case", "", 2)
        acts_ = [one.act for one in tx.acts_of(row.channel, row.matter)]
    assert not [one for one in acts_ if "bluesky" in str(one.codes) + str(one.items)]
