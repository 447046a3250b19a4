"""What a State says of itself on its cards, and what no card has room for."""

from dataclasses import replace
from pathlib import Path

import making_cards as making
import pytest
from support.states import deliver, first_arrangement, opened_root, paired

from comity.joint.arrangement.card import Agency
from comity.kernel import ijson
from comity.node.base import profile
from comity.node.base.profile import NAMES_BYTES_MAX, Profile
from comity.node.exchange import keyring

LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")


def of(count: int, name: str) -> Profile:
    """Return what a State with so many agencies says, each with a name in six languages."""
    names = dict.fromkeys(LANGUAGES, name)
    agencies = tuple(Agency(f"agency-{at}", names) for at in range(count))
    return Profile(dict.fromkeys(LANGUAGES, "F"), agencies, "https://fr.example")


@pytest.mark.parametrize(("count", "name"), [(257, "A"), (100, "é" * 80)])
def test_what_no_card_has_room_for_is_not_named(count: int, name: str) -> None:
    """It could not be taken back, and no card could be made: stolen keys would stay in force."""
    assert profile.require_valid(of(1, name)).agencies
    with making.refused("node.profile.too-large"):
        profile.require_valid(of(count, name))


def test_a_card_has_room_for_all_that_may_be_named(tmp_path: Path) -> None:
    """With as many names as there may be, keys are replaced, and the other side reads it."""
    fr, sn = paired(tmp_path, "fr", "sn")
    deliver(fr, sn)
    long = of(256, "A")
    room = NAMES_BYTES_MAX - sum(len(one.id) + 6 * 8 + 20 for one in long.agencies) - 2_000
    long = replace(long, agencies=of(256, "A" * (1 + room // (256 * 6))).agencies)
    assert len(ijson.render([*profile._agencies(long)])) > NAMES_BYTES_MAX - 3_000
    with fr.node.store.read() as tx:
        endpoint = profile.load(tx).endpoint
    with fr.node.store.write() as tx:
        profile.save(tx, profile.require_valid(replace(long, endpoint=endpoint)))
    arrangement = first_arrangement(fr)
    assert keyring.rotate(fr.node, fr.maker, opened_root(tmp_path, fr, arrangement)).number == 2
    deliver(fr, sn)
