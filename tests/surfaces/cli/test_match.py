"""A private match by command: both States learn which accounts both have, and hand over no list."""

from pathlib import Path

import pytest
from support.desks import Desks

from comity.joint.match import acts
from comity.kernel.fault import Fault
from comity.rooms.match import read

OURS = ("DE89 3704 0044 0532 0130 00", "FR7630006000011234567890189", "GB82WEST12345698765432")
THEIRS = ("fr7630006000011234567890189", "NL91ABNA0417164300")


def file(folder: Path, name: str, *lines: str) -> Path:
    """Write identifiers, one a line."""
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def desks(tmp_path: Path) -> Desks:
    """Two States with officers."""
    made = Desks(tmp_path)
    made.permit()
    return made


def asked(desks: Desks, folder: Path) -> str:
    """Ask which of our accounts the other has."""
    path = file(folder, "ours.txt", *OURS, "", OURS[0])
    return str(desks.do("us", "match", "ask", "--kind", "iban", "--set", path)["matter"])


def test_a_hit_is_found_and_pursued_by_its_number(desks: Desks, tmp_path: Path) -> None:
    """The asker learns the common account, the answerer which entry is pursued; no log has one."""
    match = asked(desks, tmp_path)
    (line,) = desks.do("cn", "match", "list")["matches"]
    assert (line["id"], line["status"], line["ours"]) == (match, "asked", True)
    theirs = file(tmp_path, "theirs.txt", *THEIRS)
    desks.do("cn", "match", "evaluate", match, "--set", theirs)
    desks.do("us", "match", "open", match)
    shown = desks.do("us", "match", "show", match)
    (hit,) = shown["own"]
    number, _, identifier = hit["value"].partition(" ")
    assert identifier == "FR7630006000011234567890189"
    assert shown["turns"][-1]["codes"] == {"hits": "1"}
    desks.do("us", "match", "pursue", match, "--tag", number)
    pointed = desks.do("cn", "match", "show", match)
    assert [one["value"] for one in pointed["own"]] == [f"{number} {identifier}"]
    desks.do("cn", "match", "back", match, "--entry", "file", "--grade", "confirmed")
    desks.do("us", "match", "judge", match, "--use", "useful")
    desks.do("us", "match", "close", match, "--reason", "concluded")
    us, cn = (desks.do(party, "match", "show", match) for party in ("us", "cn"))
    assert (us["digest"], us["status"]) == (cn["digest"], "closed")
    told = str(us["turns"]) + str(us["state"])
    assert not [one for one in (*OURS, *THEIRS) if one.replace(" ", "").upper() in told]


def test_no_identifier_leaves_the_node(desks: Desks, tmp_path: Path) -> None:
    """Of 200 canary accounts the other node holds none, in no record, entry or body."""
    canaries = [f"service:canary-{number:04d}" for number in range(200)]
    path = file(tmp_path, "canaries.txt", *canaries)
    match = str(desks.do("us", "match", "ask", "--kind", "handle", "--set", path)["matter"])
    desks.do("cn", "match", "evaluate", match, "--set", file(tmp_path, "none.txt", "x:y"))
    desks.do("us", "match", "open", match)
    for one in (tmp_path / "cn").rglob("*"):
        assert not one.is_file() or b"canary-" not in one.read_bytes(), one


def test_what_passes_the_budget_is_not_evaluated(desks: Desks, tmp_path: Path) -> None:
    """Each run takes of the month; what is asked beyond it is refused, and says what is left."""
    path = file(tmp_path, "many.txt", *(f"service:name{number}" for number in range(32_769)))
    for _ in range(1):
        desks.do("us", "match", "ask", "--kind", "handle", "--set", path)
    node = desks.states["us"].node
    left = read.budgets(node, "cn", ["handle", "iban"])
    assert (left["handle"].run, left["iban"].run) == (0, acts.SLOTS_MAX)
    few = file(tmp_path, "few.txt", "service:name")
    assert "match.budget-spent" in desks.no("us", "match", "ask", "--kind", "handle", "--set", few)


def test_lines_that_cannot_be_read_are_all_named(desks: Desks, tmp_path: Path) -> None:
    """Nothing is asked; each line is told with what to write."""
    path = file(tmp_path, "bad.txt", OURS[0], "nonsense", "FR7630006000011234567890188")
    with pytest.raises(Fault, match=r"match\.set\.unfit") as refusal:
        desks.do("us", "match", "ask", "--kind", "iban", "--set", path)
    assert "nonsense" in str(refusal.value)
    assert desks.do("us", "match", "list")["matches"] == []


def test_keys_of_a_month_that_is_over_are_gone(desks: Desks, tmp_path: Path) -> None:
    """A question that was left lying is asked again."""
    match = asked(desks, tmp_path)
    for one in desks.states.values():
        one.clock.at_ms += 62 * 86_400_000
    theirs = file(tmp_path, "theirs.txt", *THEIRS)
    assert "match.epoch-over" in desks.no("cn", "match", "evaluate", match, "--set", theirs)
