"""What the simulation says: every tag of every room, by the shapes of the rooms themselves."""

import random
from collections import Counter

import pytest

from comity.acts import codec, points_fold
from comity.boot.rooms import ROOMS
from comity.joint.commitment import fold as commitment_fold
from comity.joint.dialogue import fold as dialogue_fold
from comity.joint.proposal import fold as proposal_fold
from comity.joint.wording import fold as wording_fold
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


POINTED = {
    "commitment": commitment_fold.RULES,
    "dialogue": dialogue_fold.RULES,
    "proposal": proposal_fold.RULES,
    "wording": wording_fold.RULES,
}


@pytest.mark.parametrize("kind", [*POINTED])
def test_of_the_rooms_of_the_dialogue_every_tag_is_said(kind: str) -> None:
    """In some hundred histories of two States each verb is admitted: words are tabled and taken."""
    said = Counter[str]()
    for seed in range(80):
        _history(kind, random.Random(seed), said)  # noqa: S311 -- it must be repeated
    assert speech.FORMS[kind].keys() == said.keys()


def _history(kind: str, chance: random.Random, said: Counter[str]) -> None:
    """Let two States speak twelve times of one matter, what was said least before the rest."""
    room, parties = ROOMS[kind], PARTIES[:2]
    now, ids, matter = room.empty(parties), list[str](), ""
    for _ in range(12):
        state = room.to_json(now) if ids else None
        party = chance.choice(parties)
        about = speech.About(kind, matter, state, ids, party, parties, [], 1_800_000_000_000)
        drawn = speech.Drawn(chance, about, lambda: _ids(chance))
        for tag in sorted(speech.FORMS[kind], key=lambda one: (said[one], chance.random())) * 4:
            act = drawn.act(tag)
            if room.admit(now, act, party) is None:
                now = points_fold.fold(POINTED[kind], now, act, party)
                ids.append(act.id)
                matter, said[tag] = act.matter.id, said[tag] + 1
                break
