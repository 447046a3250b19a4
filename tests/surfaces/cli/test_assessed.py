"""Quality by command: assessed by one side, disputed by the other, settled by who assessed."""

from pathlib import Path

from support.desks import EXAMPLES, Desks


def test_what_came_is_assessed_and_both_sides_read_the_outcome(tmp_path: Path) -> None:
    """By criteria of the guideline alone; the changed assessment is what counts on both nodes."""
    desks = Desks(tmp_path)
    desks.agree()
    sent = desks.do("us", "request", "send", EXAMPLES / "preservation.json", "--to", "cn")
    matter = sent["matter"]
    rate = ("--rating", "complete-at-first=partly")
    assert "does not allow this code" in desks.no(
        "cn", "request", "assess", matter, "--rating", "tidy=met"
    )
    desks.do("cn", "request", "assess", matter, *rate, "--text", "One port was missing.")
    assert "is not disputed" in desks.no(
        "cn", "request", "settle-assessment", matter, "--outcome", "upheld"
    )
    desks.do("us", "request", "dispute-assessment", matter, "--reason", "done")
    desks.do("cn", "request", "show", matter)
    assert "Say what comes of your assessment" in desks.text
    changed = ("--outcome", "changed", "--rating", "complete-at-first=met")
    desks.do("cn", "request", "settle-assessment", matter, *changed)
    for party in ("us", "cn"):
        shown = desks.do(party, "request", "show", matter)
        assert [one["reason"] for one in shown["turns"]] == ["", "", "done", "changed"]
        assert all(one["takes_effect"] for one in shown["turns"])
