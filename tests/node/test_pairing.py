"""Pairing and key use cases, on whole nodes: nothing is kept before the code agrees."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import making_cards as making
import pytest
from support.bad_input import refused
from support.states import (
    BEGIN_MS,
    State,
    deliver,
    first_arrangement,
    opened_root,
    pair,
    paired,
    state,
)

from comity.acts.vocabulary import REGISTER_ROOMS
from comity.joint.arrangement import card as cards
from comity.joint.arrangement import pairing as pairing_texts
from comity.joint.arrangement import view
from comity.joint.arrangement.card import DAY_MS
from comity.node.base import profile, register_records, trust
from comity.node.base.keymaker import RootKey
from comity.node.desk import officer_admin
from comity.node.exchange import keyring, pairing
from comity.node.room import trust_policy


def _root(folder: Path, one: State, arrangement: str) -> RootKey:
    return one.maker.make_root(folder / f"{one.node.party}.root", one.node.party, arrangement)


@pytest.fixture
def two(tmp_path: Path) -> tuple[State, State]:
    """Two States that have paired and exchanged their first heads."""
    fr, sn = paired(tmp_path, "fr", "sn")
    deliver(fr, sn)
    return fr, sn


@pytest.mark.parametrize("parties", [("fr", "sn"), ("sn", "fr", "ke")])
def test_all_nodes_keep_the_same_arrangement_and_begin_its_logs(
    tmp_path: Path, parties: tuple[str, ...]
) -> None:
    """Parties in their order, everyone's first card, and a log of each in both channels."""
    states = paired(tmp_path, *parties)
    arrangement_id = first_arrangement(states[0])
    kept = []
    for one in states:
        with one.node.store.read() as tx:
            arrangement = register_records.arrangement(tx, arrangement_id)
            held = [register_records.cards(tx, arrangement_id, p)[1] for p in parties]
            origins = {log.origin: log.own for log in tx.logs() if log.channel != "local"}
        assert arrangement.party_ids() == parties
        assert origins == {
            arrangement.origin(party, name): party == one.node.party
            for party in parties
            for name in cards.CARD_CHANNELS
        }
        kept.append((arrangement, held))
    assert all(one == kept[0] for one in kept)


def test_a_wrong_code_keeps_nothing(tmp_path: Path) -> None:
    """Until the voices agree, a node knows no arrangement; a slip of the tongue may be mended."""
    fr, sn = state(tmp_path, "fr"), state(tmp_path, "sn")
    arrangement = pairing.new_arrangement_id(fr.node)
    offer = pairing.offer(fr.node, fr.maker, _root(tmp_path, fr, arrangement), ("fr", "sn"))
    accept = pairing.accept(sn.node, sn.maker, _root(tmp_path, sn, arrangement), offer)
    confirm = pairing.confirm(fr.node, [accept])
    code = pairing.preview(sn.node, confirm).code
    with making.refused("arrangement.pairing.code"):
        pairing.save(sn.node, confirm, "0000-0000")
    with sn.node.store.read() as tx:
        assert register_records.arrangements(tx) == []
        assert [log.channel for log in tx.logs()] == ["local"]
    pairing.save(sn.node, confirm, code.lower().replace("-", " "))
    assert pairing.save(sn.node, confirm, code).code == code
    assert first_arrangement(sn) == arrangement


def test_an_offer_is_opened_once(tmp_path: Path) -> None:
    """Who saw the opening could aim at a code: a second set of acceptances is refused."""
    fr, sn, twin = (
        state(tmp_path / at, party) for at, party in (("1", "fr"), ("2", "sn"), ("3", "sn"))
    )
    arrangement = pairing.new_arrangement_id(fr.node)
    offer = pairing.offer(fr.node, fr.maker, _root(tmp_path, fr, arrangement), ("fr", "sn"))
    accepts = [
        pairing.accept(one.node, one.maker, _root(tmp_path / at, one, arrangement), offer)
        for at, one in (("2", sn), ("3", twin))
    ]
    confirm = pairing.confirm(fr.node, accepts[:1])
    assert pairing.confirm(fr.node, accepts[:1]) == confirm
    with making.refused("arrangement.pairing.opened"):
        pairing.confirm(fr.node, accepts[1:])
    with making.refused("arrangement.pairing.changed"):
        pairing.preview(twin.node, confirm)


def test_a_file_for_another_is_refused(tmp_path: Path) -> None:
    """Own offers, strangers' offers, other people's confirmations, no acceptance at all."""
    fr, sn, ke = (state(tmp_path, party) for party in ("fr", "sn", "ke"))
    arrangement = pairing.new_arrangement_id(fr.node)
    root = _root(tmp_path, fr, arrangement)
    with making.refused("arrangement.pairing.not-ours"):
        pairing.offer(fr.node, fr.maker, root, ("sn", "ke"))
    offer = pairing.offer(fr.node, fr.maker, root, ("fr", "sn"))
    for one in (fr, ke):
        with making.refused("arrangement.pairing.not-ours"):
            pairing.accept(one.node, one.maker, root, offer)
    accept = pairing.accept(sn.node, sn.maker, _root(tmp_path, sn, arrangement), offer)
    with making.refused("arrangement.pairing.twice"):
        pairing.require_ready(sn.node, arrangement)
    with making.refused("arrangement.pairing.not-ours"):
        pairing.confirm(fr.node, [])
    with making.refused("arrangement.pairing.unknown"):
        pairing.confirm(ke.node, [accept])
    with making.refused("arrangement.pairing.not-ours"):
        pairing.preview(ke.node, pairing.confirm(fr.node, [accept]))


def test_three_parties_confirm_only_when_all_have_accepted(tmp_path: Path) -> None:
    """One missing acceptance and nothing is opened."""
    fr, sn, _ = states = [state(tmp_path, party) for party in ("fr", "sn", "ke")]
    arrangement = pairing.new_arrangement_id(fr.node)
    parties = [one.node.party for one in states]
    offer = pairing.offer(fr.node, fr.maker, _root(tmp_path, fr, arrangement), parties)
    accept = pairing.accept(sn.node, sn.maker, _root(tmp_path, sn, arrangement), offer)
    with making.refused("arrangement.pairing.incomplete"):
        pairing.confirm(fr.node, [accept])


def test_a_stale_confirmation_is_refused(tmp_path: Path) -> None:
    """A card that is not valid today pairs nobody, whatever the code."""
    fr, sn = state(tmp_path, "fr"), state(tmp_path, "sn")
    arrangement = pairing.new_arrangement_id(fr.node)
    offer = pairing.offer(fr.node, fr.maker, _root(tmp_path, fr, arrangement), ("fr", "sn"))
    accept = pairing.accept(sn.node, sn.maker, _root(tmp_path, sn, arrangement), offer)
    confirm = pairing.confirm(fr.node, [accept])
    sn.clock.at_ms += 3 * 366 * DAY_MS
    with making.refused("arrangement.card.not-current"):
        pairing.preview(sn.node, confirm)


def test_a_home_without_an_address_cannot_pair(tmp_path: Path) -> None:
    """It is told before a root key is made, and mended by naming the endpoint."""
    fr = state(tmp_path, "fr")
    with fr.node.store.write() as tx:
        profile.save(tx, profile.Profile({"en": "France"}))
    with making.refused("node.endpoint.missing"):
        pairing.require_ready(fr.node, making.ARRANGEMENT)
    profile.move(fr.node, "https://fr.example")
    pairing.require_ready(fr.node, making.ARRANGEMENT)
    with making.refused("arrangement.text.malformed"):
        profile.move(fr.node, "fr.example")


def test_a_rotated_card_reaches_the_peer_and_its_keys_sign(
    tmp_path: Path, two: tuple[State, State]
) -> None:
    """Acts before, across and after a rotation arrive; both nodes find the same key in force."""
    fr, sn = two
    arrangement = first_arrangement(fr)
    card = keyring.rotate(fr.node, fr.maker, opened_root(tmp_path, fr, arrangement))
    assert card.number == 2
    deliver(fr, sn)
    deliver(fr, sn)
    for one in two:
        with one.node.store.read() as tx:
            assert sorted(register_records.cards(tx, arrangement, "fr")) == [1, 2]
            loaded = trust.load(tx, register_records.channel_path(arrangement, "live"))
            log = next(log for log in loaded.logs if log.party == "fr")
        assert log.signed == log.understood == log.size
        assert [loaded.log_cards(log.origin, size) for size in (2, 3, 9)] == [(1,), (2,), (2,)]
    assert keyring.enter_pending(fr.node, arrangement) == []


def test_an_interrupted_rotation_is_finished_without_the_root(
    tmp_path: Path, two: tuple[State, State]
) -> None:
    """A card that was saved and not entered holds the next one back, until it is entered."""
    fr, sn = two
    arrangement = first_arrangement(fr)
    root = opened_root(tmp_path, fr, arrangement)
    text = keyring.new_card(fr.node, fr.maker, root, 2)
    with fr.node.store.write() as tx:
        register_records.save_card(tx, text)
    with making.refused("node.card.pending"):
        keyring.rotate(fr.node, fr.maker, root)
    assert len(keyring.enter_pending(fr.node, arrangement)) == 2
    deliver(fr, sn)
    assert keyring.rotate(fr.node, fr.maker, root).number == 3


class Slow:
    """A maker of keys: while it makes a card, another process rotates."""

    def __init__(self, one: State, root: RootKey) -> None:
        self.certificate, self.make_tls = one.maker.certificate, one.maker.make_tls
        self.make_local, self.make_root = one.maker.make_local, one.maker.make_root
        self.open_root, self.require_open = one.maker.open_root, one.maker.require_open
        self._one, self._root = one, root

    def make_card(
        self, arrangement: str, number: int, channels: Sequence[str]
    ) -> Mapping[str, cards.ChannelKeys]:
        """Make the keys of a card, after somebody else has."""
        keyring.rotate(self._one.node, self._one.maker, self._root)
        self._one.clock.at_ms += 1
        return self._one.maker.make_card(arrangement, number, channels)


def test_two_rotations_at_once_make_one_card(tmp_path: Path, two: tuple[State, State]) -> None:
    """The one that came second is told so, and not that somebody has stolen the root key."""
    fr, sn = two
    arrangement = first_arrangement(fr)
    root = opened_root(tmp_path, fr, arrangement)
    with making.refused("node.card.pending"):
        keyring.rotate(fr.node, Slow(fr, root), root)
    deliver(fr, sn)
    deliver(fr, sn)
    for one in two:
        with one.node.store.read() as tx:
            assert sorted(register_records.cards(tx, arrangement, "fr")) == [1, 2]
            assert [log.understood == log.size for log in tx.logs()] == [True] * len(tx.logs())


def test_another_root_cannot_rotate(tmp_path: Path, two: tuple[State, State]) -> None:
    """Neither the peer's root nor a new one of our own name signs our cards."""
    fr, sn = two
    arrangement = first_arrangement(fr)
    fresh = fr.maker.make_root(tmp_path / "fresh", "fr", arrangement)
    for root in (opened_root(tmp_path, sn, arrangement), fresh):
        with making.refused("keys.root.other"):
            keyring.rotate(fr.node, fr.maker, root)


def test_a_revoked_card_covers_no_more_than_was_signed(
    tmp_path: Path, two: tuple[State, State]
) -> None:
    """The newest card stays; an old one is cut off at the sizes that stand here, on both nodes."""
    fr, sn = two
    arrangement = first_arrangement(fr)
    root = opened_root(tmp_path, fr, arrangement)
    with making.refused("node.card.newest"):
        keyring.revoke(fr.node, root, 1)
    with making.refused("node.card.unknown"):
        keyring.revoke(fr.node, root, 7)
    keyring.rotate(fr.node, fr.maker, root)
    deliver(fr, sn)
    revocation = keyring.revoke(fr.node, root, 1)
    deliver(fr, sn)
    deliver(fr, sn)
    origin = f"fr/{arrangement}/live/1"
    cap = revocation.revoked[1][origin]
    for one in two:
        with one.node.store.read() as tx:
            assert register_records.revocations(tx, arrangement, "fr") == [revocation]
            loaded = trust.load(tx, register_records.channel_path(arrangement, "live"))
            log = tx.log(origin)
        assert log is not None
        assert log.signed == log.size > cap
        assert 1 not in loaded.log_cards(origin, cap + 1)
    text = trust_policy.policies(fr.node, origin)[0].text()
    assert f"card 1 of fr is revoked: heads of size 0 to {cap} count" in text


def test_a_revocation_enters_the_newer_card_first(tmp_path: Path, two: tuple[State, State]) -> None:
    """A log that lacks the newer card's entry would go on to be signed with the revoked keys."""
    fr, sn = two
    arrangement = first_arrangement(fr)
    root = opened_root(tmp_path, fr, arrangement)
    text = keyring.new_card(fr.node, fr.maker, root, 2)
    with fr.node.store.write() as tx:
        register_records.save_card(tx, text)
    keyring.revoke(fr.node, root, 1)
    assert keyring.enter_pending(fr.node, arrangement) == []
    deliver(fr, sn)
    deliver(fr, sn)
    origin = f"fr/{arrangement}/live/1"
    with sn.node.store.read() as tx:
        kept = tx.log(origin)
        loaded = trust.load(tx, register_records.channel_path(arrangement, "live"))
    with fr.node.store.read() as tx:
        own = tx.log(origin)
    assert kept is not None
    assert own is not None
    assert kept.signed == own.size
    assert loaded.log_cards(origin, own.size) == (2,)


def test_expiry_is_told_once_for_each_step(two: tuple[State, State]) -> None:
    """30, 14, 7 and 1 days before, and when it has happened; own and peers' cards."""
    fr, _ = two
    told = keyring.warn_of_expiry(fr.node)
    assert told == []
    end_ms = BEGIN_MS + keyring.VALIDITY_DAYS * DAY_MS
    for days in (*view.EXPIRY_WARNING_DAYS, 0):
        fr.clock.at_ms = end_ms - days * DAY_MS
        told = keyring.warn_of_expiry(fr.node)
        assert len(told) == 2
        alarms = fr.node.alarms
        standing = alarms.standing()  # type: ignore[attr-defined]
        assert {code for code, _ in standing} == {f"{keyring.EXPIRY_CODE}-{days}"}
    assert "has expired" in told[0]


def test_officers_are_added_with_a_token_and_ended(tmp_path: Path) -> None:
    """A name is used once, the agency must be the State's, and what is kept is a hash."""
    fr = state(tmp_path, "fr")
    token = officer_admin.add(fr.node, "ann", "police", "desk")
    kept = officer_admin.everyone(fr.node)[0]
    assert token.encode() not in kept.token_sha256
    assert (kept.agency, kept.office, kept.ended_ms) == ("police", "desk", None)
    with making.refused("officer.name.taken"):
        officer_admin.add(fr.node, "ann", "police")
    with making.refused("node.agency.unknown"):
        officer_admin.add(fr.node, "ben", "customs")
    with making.refused("kernel.id.malformed"):
        officer_admin.add(fr.node, "Ben", "police")
    with making.refused("officer.name.unknown"):
        officer_admin.end(fr.node, "ben")
    ended = officer_admin.end(fr.node, "ann")
    assert ended.ended_ms == fr.clock.at_ms
    assert officer_admin.end(fr.node, "ann") == ended


def test_a_folder_that_is_no_home_has_no_profile(tmp_path: Path) -> None:
    """What stands on a card is asked for, never guessed."""
    fr = state(tmp_path, "fr")
    with fr.node.store.write() as tx:
        tx.drop_record("profile", "own")
    with making.refused("node.profile.missing"):
        keyring.new_card(fr.node, fr.maker, _root(tmp_path, fr, making.ARRANGEMENT), 1)


def test_two_arrangements_of_one_node_share_no_key(tmp_path: Path) -> None:
    """The same two States may pair twice: seal, log, mirror and root keys are all others."""
    fr, sn = states = paired(tmp_path, "fr", "sn")
    pair(tmp_path, states)
    with fr.node.store.read() as tx:
        first, second = (
            register_records.cards(tx, one.id, "fr")[1] for one in register_records.arrangements(tx)
        )
        roots = {one.root("fr") for one in register_records.arrangements(tx)}
    assert len(roots) == 2
    shared = {key for c in first.channels.values() for key in _keys_of(c)} & {
        key for c in second.channels.values() for key in _keys_of(c)
    }
    assert not shared
    deliver(fr, sn)


def _keys_of(held: cards.ChannelKeys) -> tuple[bytes, ...]:
    """Return all public keys of a channel."""
    return (
        held.log_ed25519,
        held.log_mldsa44,
        held.mirror_ed25519,
        held.mirror_mldsa44,
        held.seal,
    )


def test_an_offer_names_the_rooms_that_two_states_want(tmp_path: Path) -> None:
    """Those without which nothing is exchanged are there; one that nobody wrote is refused."""
    fr = state(tmp_path, "fr")
    root = _root(tmp_path, fr, pairing.new_arrangement_id(fr.node))
    offered = pairing_texts.parse_offer(
        pairing.offer(fr.node, fr.maker, root, ("fr", "sn"), ("request",))
    )
    assert offered.vocabulary.keys() == {*REGISTER_ROOMS, "request"}
    fault = refused(lambda: pairing.offer(fr.node, fr.maker, root, ("fr", "sn"), ("weather",)))
    assert fault.code == "node.room.unknown"
