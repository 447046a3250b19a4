"""How lists name the State whose home it is: by its id, for `us` is the id of another."""

from pathlib import Path

from support.desks import EXAMPLES, FIRST, Desks


def test_lists_name_our_own_side_as_they_name_every_other(tmp_path: Path) -> None:
    """China reads who asks whom, whose turn it is and which clocks run, and takes no us for US."""
    desks = Desks(tmp_path)
    desks.agree()
    matter = desks.do("us", "request", "send", EXAMPLES / "preservation.json", "--to", "cn")[
        "matter"
    ]

    desks.do("cn", "request", "list")
    row = next(line.split() for line in desks.text.splitlines() if line.startswith(matter[:8]))
    assert row[1:3] == ["us", "cn"]
    assert "us" not in row[3:]
    assert "cn" in row[3:]

    desks.run("cn", FIRST["cn"], "clock", "list")
    clocks = [line for line in desks.text.splitlines() if line.startswith(matter[:8])]
    assert clocks
    assert all(" cn " in line and " us " not in line for line in clocks)


def test_what_waits_for_our_own_side_is_told_by_its_id(tmp_path: Path) -> None:
    """A text that was proposed waits for both, on both nodes."""
    desks = Desks(tmp_path)
    desks.do("us", "guideline", "propose", "--shipped", "--name", "guideline")
    for party in ("us", "cn"):
        desks.run(party, FIRST[party], "guideline", "list")
        row = next(line for line in desks.text.splitlines() if line.startswith("guideline "))
        assert row.endswith("cn, us")
