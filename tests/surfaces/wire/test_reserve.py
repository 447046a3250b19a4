"""What a full disk still takes: the hotline of each party, up to its share of the reserve."""

from contextlib import nullcontext
from dataclasses import replace

import pytest
from surfaces.wire import stage as staging
from surfaces.wire.stage import Stage, post, serving

from comity.kernel.fault import Fault
from comity.node.base.ports import Response
from comity.surfaces.wire.reserve import SHARE_BYTES_MIN, Reserve, share


def test_a_full_disk_refuses_before_it_accepts() -> None:
    """Where the reserve would be broken, ordinary entries get 507 and the hotline goes on."""
    with serving(Stage(room_bytes=10)) as stage:
        peers = stage.peers()
        refused = post(peers, "/add-entries", _entries_of("a", "live"))

        assert (refused.status, refused.headers["retry-after"]) == (507, "60")
        assert post(peers, "/add-entries", _entries_of("a", "hotline")).status == 200


def test_a_header_does_not_open_the_reserve() -> None:
    """What the hotline's log of the sender does not bring is refused, whatever it is called."""
    hotline, live = _entries_of("a", "hotline"), _entries_of("a", "live")
    bodies = len(hotline).to_bytes(4) + hotline
    cases = [
        ("/add-bodies", bodies),
        ("/cards", bodies),
        ("/add-entries", _entries_of("b", "hotline")),
        ("/add-entries", live),
        ("/add-checkpoint", b"old 0\n\na/x/live/1\n5\nhotline"),
        ("/add-delivery", bodies + bytes(4) + len(live).to_bytes(4) + live),
    ]
    with serving(Stage(room_bytes=0)) as stage:
        peers = stage.peers()
        answers = [post(peers, *case, comity_channel="hotline").status for case in cases]

    assert answers == [507] * len(cases)


def test_a_party_has_a_share_of_the_reserve() -> None:
    """One party's hotline cannot use it up; once it is whole again the count begins anew."""
    entries = _entries_of("a", "hotline")
    with serving(Stage(room_bytes=0)) as stage:
        peers = stage.peers()
        stage.app._reserve._share_bytes = lambda: 2 * len(entries)
        answers = [post(peers, "/add-entries", entries).status for _ in range(3)]
        stage.room_bytes = 1 << 20
        post(peers, "/add-bodies", b"")
        stage.room_bytes = 0

        assert answers == [200, 200, 507]
        assert post(peers, "/add-entries", entries).status == 200


def test_those_who_send_at_once_do_not_fill_the_reserve_together() -> None:
    """The disk does not know of what is still coming; the hotline goes on all the same."""
    body, hotline = bytes(100), _entries_of("a", "hotline")
    stage = Stage(room_bytes=150)
    answers: list[int] = []

    def meanwhile(*_: object) -> Response:
        if not answers:
            answers.append(0)
            peers = stage.peers()
            answers[:] = [post(peers, *case).status for case in (("/add-bodies", body), entries)]
        return Response(200)

    entries = ("/add-entries", hotline)
    stage.app._exchange = replace(stage.exchange, add_bodies=meanwhile)
    with serving(stage):
        assert post(stage.peers(), "/add-bodies", body).status == 200
        assert answers == [507, 200]
        assert post(stage.peers(), "/add-bodies", body).status == 200


def test_signing_anew_uses_no_share() -> None:
    """A head each minute, and no entry, may go on for as long as the disk is full."""
    head = f"old 5\n\na/{staging.ARRANGEMENT}/hotline/1\n5\n".encode()
    none = _entries_of("a", "hotline", 5, 5)
    with serving(Stage(room_bytes=0)) as stage:
        peers = stage.peers()
        stage.app._reserve._share_bytes = lambda: len(head)
        answers = [
            post(peers, path, body).status
            for _ in range(3)
            for path, body in (("/add-checkpoint", head), ("/add-entries", none))
        ]
        larger = post(peers, "/add-checkpoint", head.replace(b"\n5\n", b"\n6\n"))

    assert answers == [200] * 6
    assert larger.status == 507


def _reserve(free_bytes: int) -> Reserve:
    def require_room(size_bytes: int, is_hotline: bool) -> None:  # noqa: FBT001 -- as the port says
        if free_bytes - size_bytes < (0 if is_hotline else 1_000):
            raise Fault(code="node.store.full", what="It is full.", fix="Free some.")

    return Reserve(require_room, lambda: 1 << 20, lambda path: path.endswith("/hotline"))


def test_a_delivery_of_the_hotline_may_use_the_reserve() -> None:
    """It is whose entries it brings that counts, as where they come alone."""
    for channel, may in (("hotline", True), ("live", False)):
        entries = _entries_of("a", channel)
        body = bytes(8) + len(entries).to_bytes(4) + entries
        with nullcontext() if may else pytest.raises(Fault, match="full"):  # noqa: SIM117 -- what may be refused
            with _reserve(999).held("a", "/add-delivery", body, len(body)):
                pass


def test_the_reserve_is_shared_by_partners_with_a_floor() -> None:
    """A State of 192 partners gives each a 192nd, and as much as some calls take at least."""
    whole = 64 << 20
    assert share(whole, 1) == share(whole, 16) == whole // 16
    assert share(whole, 192) == whole // 192
    assert share(whole, 1_000) == SHARE_BYTES_MIN


def test_the_hotline_takes_no_more_than_the_disk_has() -> None:
    """Within the reserve too what does not fit is refused before it is accepted."""
    entries = _entries_of("a", "hotline")
    with _reserve(len(entries)).held("a", "/add-entries", entries, len(entries)):
        pass
    with (
        pytest.raises(Fault, match="full"),
        _reserve(len(entries) - 1).held("a", "/add-entries", entries, len(entries)),
    ):
        pass


def _entries_of(party: str, channel: str, start: int = 0, end: int = 1) -> bytes:
    origin = f"{party}/{staging.ARRANGEMENT}/{channel}/1".encode()
    bounds = start.to_bytes(8) + end.to_bytes(8)
    return len(origin).to_bytes(2) + origin + bounds + bytes(2)
