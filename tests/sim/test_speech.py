"""What the simulation says: every tag of every room, by the shapes of the rooms themselves."""

import random

import pytest

from comity.acts import codec
from comity.boot.rooms import ROOMS
from comity.kernel.inadmissible import Inadmissible
from comity_lab.sim import speech
from comity_lab.sim.sometimes import BY_PROOF, SAID, STATES

PARTIES = ("fr", "sn", "ke")


def _about(kind: str, party: str = "fr") -> speech.About:
    name = speech.NAMES[0] if kind == "guideline" else ""
    return speech.About(kind, name, None, [], party, PARTIES, ["b" * 26], 1_800_000_000_000)


def _ids(chance: random.Random) -> str:
    return "".join(chance.choices("abcdefghijklmnopqrstuvwxyz234567", k=25)) + "a"


def test_the_simulation_knows_every_tag_of_every_room() -> None:
    """A room that is added is spoken in, and its histories are held to it."""
    assert {kind: {*room.shapes} for kind, room in ROOMS.items()} == {
        kind: {*forms} for kind, forms in speech.FORMS.items()
    }
    assert {SAID[tag] for tag in speech.TAGS - BY_PROOF} <= STATES


@pytest.mark.parametrize(("kind", "tag"), [(k, t) for k, f in speech.FORMS.items() for t in f])
def test_what_is_drawn_can_be_written_as_an_entry(kind: str, tag: str) -> None:
    """Whatever chance draws of a tag is an act: it is for the room to say no."""
    for seed in range(20):
        chance = random.Random(seed)  # noqa: S311 -- it must be repeated
        act = speech.Drawn(chance, _about(kind), lambda chance=chance: _ids(chance)).act(tag)  # type: ignore[misc] # bound now
        assert act.tag == tag
        assert codec.render("fr/aaaaaaaaaaaaaaaaaaaaaaaaaa/live/1", act)


@pytest.mark.parametrize(("kind", "tag"), speech.OPENING)
def test_what_opens_a_matter_is_drawn_so_that_it_opens_one(kind: str, tag: str) -> None:
    """Of twenty draws, one at least may be said where nothing was said before."""
    room, found = ROOMS[kind], list[Inadmissible | None]()
    for seed in range(20):
        chance = random.Random(seed)  # noqa: S311 -- it must be repeated
        drawn = speech.Drawn(chance, _about(kind), lambda chance=chance: _ids(chance))  # type: ignore[misc] # bound now
        found.append(room.admit(room.empty(PARTIES), drawn.act(tag), "fr"))
    assert None in found
