"""Arrangements: the parties in their order, and the names that follow."""

from collections.abc import Callable

import making_cards as making
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.acts.vocabulary import OURS
from comity.joint.arrangement import arrangement as arrangements
from comity.joint.arrangement import view
from comity.joint.arrangement.arrangement import Arrangement, Origin, PartyRoot
from comity.joint.arrangement.card import DAY_MS
from comity.kernel.fault import Fault

ids = st.from_regex(r"[a-z0-9][a-z0-9.-]{0,62}", fullmatch=True)


def _code(call: Callable[[], object]) -> str:
    with pytest.raises(Fault) as caught:
        call()
    return caught.value.code


@given(st.lists(st.sampled_from(["aa", "bb", "cc", "dd"]), min_size=2, unique=True))
def test_what_is_rendered_is_read_back(parties: list[str]) -> None:
    """Parties, their roots and their order."""
    arrangement = making.arrangement(*parties)
    assert arrangements.parse(arrangements.render(arrangement)) == arrangement
    assert [arrangement.place(party) for party in parties] == list(range(len(parties)))


@given(ids, ids, st.integers(1, 999_999_999))
def test_the_name_of_a_log_has_one_spelling(party: str, channel: str, generation: int) -> None:
    """`parse_origin` gives back the parts, and refuses any other spelling."""
    origin = Origin(party, making.ARRANGEMENT, channel, generation)
    text = arrangements.render_origin(origin)
    assert arrangements.parse_origin(text) == origin
    assert len(text.encode()) <= 255
    for wrong in (text + "/", "/" + text, text.upper() + "X", f"{text}0000000000", "aa/local"):
        with making.refused("arrangement.origin.malformed"):
            arrangements.parse_origin(wrong)


def test_names_of_logs_mirrors_and_roots_never_coincide() -> None:
    """Each kind of key has a name of its own."""
    arrangement = making.arrangement("aa", "bb")
    names = {
        arrangement.origin("aa", "live"),
        arrangement.origin("aa", "live", 2),
        arrangement.mirror_name("aa", "live"),
        arrangement.root_name("aa"),
    }
    assert len(names) == 4
    assert arrangement.others("aa") == ("bb",)
    assert arrangement.root("bb") == making.root("bb").public


@pytest.mark.parametrize(
    "parties", [(), ("aa",), ("aa", "aa"), ("aa", "B"), tuple(f"p{n}" for n in range(17))]
)
def test_too_few_too_many_or_the_same_twice_are_refused(parties: tuple[str, ...]) -> None:
    """Two to sixteen parties, each once."""
    assert _code(lambda: arrangements.require_parties(parties)) in {
        "arrangement.text.malformed",
        "kernel.id.malformed",
    }


def test_shared_or_unfit_roots_are_refused() -> None:
    """A root belongs to one party and has two sound keys."""
    root = making.root("aa").public
    twin = PartyRoot("bb", root.root_ed25519, root.root_mldsa44)
    both = Arrangement(making.ARRANGEMENT, (root, twin), OURS.newest)
    assert _code(lambda: arrangements.require_valid(both)) == "arrangement.text.malformed"
    short = PartyRoot("bb", root.root_ed25519, b"x")
    assert _code(lambda: arrangements.require_root(short)) == "arrangement.text.malformed"
    assert _code(lambda: making.arrangement("aa", "bb").place("cc")) == "arrangement.party.unknown"


def test_a_fingerprint_tells_roots_apart_and_prints_in_groups() -> None:
    """Sixteen groups of four hex digits, for an annex that principals sign."""
    prints = {arrangements.fingerprint(making.root(party).public) for party in ("aa", "bb")}
    assert len(prints) == 2
    assert all(len(one.split(" ")) == 16 and len(one) == 79 for one in prints)


@pytest.mark.parametrize(
    ("days", "due"),
    [(31, None), (30, 30), (15, 30), (14, 14), (7, 7), (2, 7), (1, 1), (0, 0), (-9, 0)],
)
def test_expiry_is_warned_in_four_steps(days: int, due: int | None) -> None:
    """30, 14, 7 and 1 days before, and once it has passed."""
    card = making.card()
    now_ms = card.not_after_ms - days * DAY_MS
    assert view.expiry_warning(card, now_ms) == due
    assert view.is_current(card, now_ms) == (days > 0)


def test_a_name_is_found_in_the_nearest_language() -> None:
    """The region falls away first, then English, then any."""
    names = {"en": "State", "fr": "État"}
    assert view.name_in(names, "fr-CA") == "État"
    assert view.name_in(names, "de") == "State"
    assert view.name_in({"pt": "Estado"}, "fr") == "Estado"
    assert view.name_in({"en": "State", "zh-CN": "国"}, "zh-Hans") == "国"
    assert view.name_in({"en": "State", "zh-CN": "国"}, "zh") == "国"
    assert view.name_in({"en": "State", "zho": "国"}, "zh") == "State"
