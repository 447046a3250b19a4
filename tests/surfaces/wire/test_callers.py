"""Who calls, how many may at once, and what each may cost."""

from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from surfaces.wire.stage import Stage, post, serving

from comity.adapters import clock
from comity.node.exchange.budget import PARTY, STRANGERS
from comity.node.exchange.contacts import Contact
from comity.surfaces.wire import listener
from comity.surfaces.wire.app import CERTIFICATE, TIME, Wire


def test_over_budget_is_told_when_to_come_back() -> None:
    """Who used up his purse gets 429 and a time; the hotline still has its reserve."""
    small = replace(
        PARTY,
        capacity=replace(PARTY.capacity, size_bytes=1_000),
        per_s=replace(PARTY.per_s, size_bytes=100),
    )
    with serving(Stage(budget=small)) as stage:
        peers = stage.peers()
        post(peers, "/add-checkpoint", b"x" * 420)  # the echo costs as much again

        refused = post(peers, "/add-checkpoint", b"")
        assert refused.status == 429
        assert int(refused.headers["retry-after"]) >= 1
        assert post(peers, "/add-checkpoint", b"", comity_channel="hotline").status == 200


def asked(app: Wire, path: str, certificate: str, **headers: str) -> str:
    """Ask the application without a line; return its status."""
    told = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    environ: dict[str, Any] = {"REQUEST_METHOD": "GET", "PATH_INFO": path, CERTIFICATE: certificate}
    given = list[str]()
    app(environ | told, lambda status, _headers: given.append(status))
    return given[0]


def test_strangers_share_a_purse_and_take_nothing_of_a_partys() -> None:
    """However many certificates they show, and without the reserve that a hotline has."""
    stage = Stage()
    (fingerprint,) = Contact("a", "", "", (stage.caller.certificate,)).fingerprints()
    few = replace(STRANGERS, capacity=replace(STRANGERS.capacity, size_bytes=400))
    stage.app._ports = replace(stage.app._ports, strangers=few, monotonic_ms=lambda: 0)
    spent = [
        asked(stage.app, "/start", f"{number:064x}", comity_channel="hotline")
        for number in range(9)
    ]
    assert spent[0].startswith("403")
    assert spent[-1].startswith("429")
    assert asked(stage.app, "/health", "").startswith("429")
    assert asked(stage.app, "/start", fingerprint).startswith("200")


@pytest.mark.parametrize("said", ["soon", "-1", "9" * 16, "\u0663", "1 ", "0x1"])
def test_a_time_that_is_none_is_no_clock(said: str) -> None:
    """Its sender is answered, and no clock of his is believed to be off."""
    stage = Stage()
    (fingerprint,) = Contact("a", "", "", (stage.caller.certificate,)).fingerprints()
    headers = {TIME.replace("-", "_"): said}
    assert asked(stage.app, "/start", fingerprint, **headers).startswith("200")
    assert stage.app._node.session.skew_ms == {}
    right = {TIME.replace("-", "_"): str(clock.SystemClock().now_ms())}
    assert asked(stage.app, "/start", fingerprint, **right).startswith("200")
    assert stage.app._node.session.skew_ms.keys() == {"a"}


def test_few_callers_are_unknown_at_once_and_fewer_of_one_address() -> None:
    """One address leaves room to others; who has left leaves his place."""
    server = Stage().server

    def taken(stack: ExitStack, address: str, count: int) -> list[bool]:
        return [stack.enter_context(server.unknown(address)) for _ in range(count)]

    most, of_one = listener.UNKNOWN_MAX, listener.UNKNOWN_PER_ADDRESS_MAX
    for _ in range(2):
        with ExitStack() as stack:
            assert taken(stack, "192.0.2.1", of_one + 1) == [True] * of_one + [False]
            assert taken(stack, "192.0.2.2", of_one) == [True] * (most - of_one)
            assert taken(stack, "192.0.2.3", 1) == [False]


def test_who_finds_no_place_is_not_shaken_hands_with() -> None:
    """A handshake costs more than it costs to ask for one; a party that is known goes on."""
    with serving(Stage()) as stage:
        peers = stage.peers()
        assert post(peers, "/add-checkpoint", b"").status == 200
        with ExitStack() as stack:
            for _ in range(listener.UNKNOWN_PER_ADDRESS_MAX):
                assert stack.enter_context(stage.server.unknown("127.0.0.1"))
            with pytest.raises(OSError, match=r"."), stage.raw():
                pass
            assert post(peers, "/add-checkpoint", b"").status == 200
        with stage.raw():
            pass
