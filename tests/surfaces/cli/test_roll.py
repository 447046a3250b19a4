"""A roll and a compartment by command: alike on both nodes; a seized list is sorted by it."""

import hashlib
from pathlib import Path

import pytest
from support.desks import Desks

from comity.kernel.fault import Fault
from comity.rooms.roll import index


def value(number: int) -> str:
    """Return the hash of a file that is nowhere."""
    return hashlib.sha256(f"file {number}".encode()).hexdigest()


def file(folder: Path, name: str, *lines: str) -> Path:
    """Write lines."""
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def desks(tmp_path: Path) -> Desks:
    """Two States with officers and profiles."""
    made = Desks(tmp_path)
    made.permit()
    return made


def test_a_seized_list_is_sorted_and_a_withdrawal_reaches_the_reader(
    desks: Desks, tmp_path: Path
) -> None:
    """Identified, known, unknown; what is voted down is disputed, and withdrawn matches nothing."""
    us, cn = desks.states["us"].node, desks.states["cn"].node
    kind = ("--kind", "child-exploitation", "--scheme", "national", "--onward", "none")
    roll = str(desks.do("us", "roll", "open", *kind)["matter"])
    first = file(tmp_path, "1.csv", f"sha256;{value(1)};1;1;1", f"sha256;{value(2)};2", "")
    desks.do("us", "roll", "edition", roll, "--add", first)
    wei = desks.officer("cn")
    assert index.sort(cn, wei, [value(1)])["unknown"] == [value(1)]
    desks.do("cn", "roll", "load", roll)
    seized = [value(1), value(2), value(3)]
    assert index.sort(cn, wei, seized) == {
        "identified": [value(1)],
        "known": [value(2)],
        "disputed": [],
        "unknown": [value(3)],
    }
    with index.index(cn, wei) as known:
        (found,) = known.find(value(2))
    votes = file(tmp_path, "votes.txt", f"{found.entry.id};It is a stock photograph")
    desks.do("cn", "roll", "vote", roll, "--down", votes)
    assert index.sort(us, desks.officer("us"), seized)["disputed"] == [value(2)]
    gone = file(tmp_path, "gone.txt", found.entry.id)
    desks.do("us", "roll", "answer-vote", roll, "--withdrawn", gone)
    desks.do("us", "roll", "edition", roll, "--withdraw", gone)
    desks.do("cn", "roll", "load", roll, "--holding", "1")
    assert index.sort(cn, wei, seized)["unknown"] == [value(2), value(3)]
    shown = [desks.do(party, "roll", "show", roll) for party in ("us", "cn")]
    assert shown[0]["digest"] == shown[1]["digest"]
    assert {one["value"] for one in shown[0]["own"]} == {"cn 0", "cn 1"}
    assert value(1) not in str(shown)


def test_a_file_in_place_of_hashes_is_refused_before_it_is_kept(
    desks: Desks, tmp_path: Path
) -> None:
    """An image is no list; lines that are no hashes are all named."""
    kind = ("--kind", "child-exploitation", "--scheme", "national", "--onward", "none")
    roll = str(desks.do("us", "roll", "open", *kind)["matter"])
    image = tmp_path / "a.jpg"
    image.write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)))
    with pytest.raises(Fault, match=r"surfaces\.file\.not-text"):
        desks.do("us", "roll", "edition", roll, "--add", image)
    bad = file(tmp_path, "bad.csv", f"sha256;{'0' * 64};1", "jpeg;aGVsbG8=;1")
    with pytest.raises(Fault, match=r"roll\.edition\.unfit"):
        desks.do("us", "roll", "edition", roll, "--add", bad)


def test_a_compartment_is_signed_before_anything_is_given(desks: Desks, tmp_path: Path) -> None:
    """Terms, a commitment, a reader whose name is in no entry, an account, the end."""
    words = ("--text", "For counsel alone.", "--text", "zh=仅供法律顾问阅览。")
    made = desks.do("us", "compartment", "propose", "--seal", "node", *words)
    one = str(made["matter"])
    hashes = file(tmp_path, "hashes.txt", f"{value(1)}  formula.pdf", value(2))
    assert "not-in-force" in desks.no("us", "compartment", "commit", one, "--hashes", hashes)
    desks.do("cn", "compartment", "sign", one)
    desks.do("us", "compartment", "commit", one, "--hashes", hashes)
    reader = ("--name", "Liu Yang", "--capacity", "counsel", "--agency", "mps")
    desks.do("cn", "compartment", "name-reader", one, *reader)
    desks.do("us", "compartment", "object", one, "--reason", "conflict")
    us, cn = (desks.do(party, "compartment", "show", one) for party in ("us", "cn"))
    assert us["digest"] == cn["digest"]
    assert us["status"] == "in-force"
    assert us["turns"][2]["codes"]["count"] == "2"
    assert "Liu Yang" not in str(us["turns"]) + str(us["state"])
