"""A call of the hotline by command: made, picked up, taken, understood, closed; alike on both."""

from pathlib import Path

from support.desks import Desks

LATER = "2027-03-01T00:00:00Z"


def test_a_call_goes_from_ringing_to_an_agreed_summary(tmp_path: Path) -> None:
    """Each verb is a command of the table; both nodes show the same of it."""
    desks = Desks(tmp_path)
    made = desks.do("us", "hotline", "call", "--ground", "life", "--level", "2", "--word-by", LATER)
    call = str(made["matter"])
    (ringing,) = desks.do("cn", "hotline", "list")["calls"]
    assert (ringing["id"], ringing["status"], ringing["ours"]) == (call, "ringing", True)
    desks.do("cn", "hotline", "pick-up", call[:8])
    desks.do("cn", "hotline", "take", call, "--level", "2", "--agency", "mps")
    words = ("--text", "We cut the server off by noon.", "--text", "zh=我方中午前切断该服务器。")
    desks.do("cn", "hotline", "say", call, "--sort", "undertaking", "--read-back", "yes", *words)
    desks.do("us", "hotline", "read-back", call, *words)
    desks.do("cn", "hotline", "confirm", call)
    assert "not-higher" in desks.no(
        "us", "hotline", "raise", call, "--level", "1", "--reason", "graver"
    )
    desks.do("us", "hotline", "sum-up", call, "--outcome", "resolved", "--next", "cn=block", *words)
    desks.do("cn", "hotline", "agree", call, "--scope", "within")
    us, cn = (desks.do(party, "hotline", "show", call) for party in ("us", "cn"))
    assert us["digest"] == cn["digest"]
    assert us["status"] == "closed"
    assert [turn["tag"].split(".")[1] for turn in us["turns"]] == [
        "called/1", "picked-up/1", "taken/1", "said/1", "read-back/1", "confirmed/1",
        "summed-up/1", "agreed/1",
    ]  # fmt: skip
    assert us["turns"][3]["texts"][0]["text"] == "We cut the server off by noon."
    assert "closed-before" in desks.no(
        "us", "hotline", "raise", call, "--level", "9", "--reason", "graver"
    )
