"""What stops or ends a log, by command: for who may act, and noted as on the pages."""

import pytest
from support.wing import Wing

from comity.node.base.rows import LOG_OPEN
from comity.node.exchange import channel_list
from comity.node.room import local_log
from comity.surfaces.cli import channel, freeze, recover

ORIGIN = "ORIGIN"


@pytest.fixture(scope="module")
def wing(tmp_path_factory: pytest.TempPathFactory) -> Wing:
    """Return two States, and in one who acts and who only reads."""
    made = Wing(tmp_path_factory.mktemp("steering"), (channel, freeze, recover))
    made.add("us", "ann", "doj", "contact-point")
    made.add("us", "eve", "doj", "auditor")
    return made


def own(wing: Wing) -> tuple[str, str]:
    """Return the origin and the channel of an own log."""
    with wing.states["us"].node.store.read() as tx:
        log = next(log for log in tx.logs() if log.own and log.channel.endswith("/live"))
        assert log.state == LOG_OPEN
    return log.origin, log.channel


@pytest.mark.parametrize(
    "words",
    [
        ("freeze", ORIGIN),
        ("thaw", ORIGIN),
        ("thaw", "--clock", "cn"),
        ("recover", "excuse", ORIGIN, "cn"),
        ("recover", "begin", "CHANNEL", "--reason", "lost"),
        ("channel", "open", "exercise-2027", "--purpose", "exercise"),
        ("channel", "end", "live", "--reason", "done"),
        ("channel", "rotate", "live"),
        ("channel", "give-up", "cn", "--reason", "It left."),
        ("channel", "take-back", "cn"),
    ],
)
def test_an_auditor_stops_and_ends_nothing_by_command(wing: Wing, words: tuple[str, ...]) -> None:
    """They read, whatever they type: a frozen log stops a State's business."""
    origin, path = own(wing)
    typed = [{ORIGIN: origin, "CHANNEL": path}.get(word, word) for word in words]
    del wing.noted[:]
    assert wing.run("us", "eve", *typed) == 1
    assert "officer.role.lacking" in wing.noted[0]
    assert own(wing) == (origin, path)


def test_what_is_frozen_or_given_up_by_command_stands_in_the_local_log(wing: Wing) -> None:
    """Who did it, and why, as where it is done on a page; and the list of channels shows it."""
    origin, _ = own(wing)
    wing.value("us", "ann", "freeze", origin, "--reason", "Odd heads.")
    wing.value("us", "ann", "thaw", origin)
    wing.value("us", "ann", "channel", "give-up", "cn", "--reason", "It left.")
    node = wing.states["us"].node
    with node.store.read() as tx:
        local = local_log.local_log(tx, node)
        told = local_log.facts_of(tx, local.origin, 0, local.size)
        shown = [one.given_up for one in channel_list.listed(tx, "us")]
    reasons = [facts["reason"] for _, facts in sorted(told.items()) if "reason" in facts]
    assert reasons == ["Odd heads.", "It left."]
    assert shown == [("cn",), ("cn",)]
    assert wing.value("us", "ann", "channel", "take-back", "cn")["was_given_up"] is True
