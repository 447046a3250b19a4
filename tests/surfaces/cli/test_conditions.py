"""Conditions by command: attached, accepted, shown, and waived by who attached them."""

from pathlib import Path

from support.desks import EXAMPLES, Desks


def test_a_condition_is_shown_until_it_is_waived(tmp_path: Path) -> None:
    """Who is to accept it reads which it is; a waiver names it; both sides see the same."""
    desks = Desks(tmp_path)
    desks.agree()
    sent = desks.do("us", "request", "send", EXAMPLES / "preservation.json", "--to", "cn")
    matter = sent["matter"]
    words = ("--own-reference", "CB-1")
    desks.do("cn", "request", "acknowledge", matter, *words)
    held = ("--condition", "intelligence-only", "--condition", "confidential")
    desks.do("cn", "request", "accept", matter, *held)
    desks.do("us", "request", "show", matter)
    assert "condition intelligence-only: It is no evidence in court" in desks.text
    assert "[not binding]" in desks.text

    desks.do("us", "request", "accept-condition", matter)
    desks.do("us", "request", "show", matter)
    assert "[not binding]" not in desks.text
    assert "for the other side to say" in desks.no(
        "us", "request", "waive-condition", matter, *held[:2]
    )
    desks.do("cn", "request", "waive-condition", matter, *held[:2])
    for party in ("us", "cn"):
        turns = desks.do(party, "request", "show", matter)["turns"]
        (accepted,) = (one for one in turns if one["tag"] == "request.accepted/1")
        assert accepted["conditions"] == {"confidential": True, "intelligence-only": False}
