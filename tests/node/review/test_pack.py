"""A pack is checked offline: what it says of itself, what the logs prove, what the acts give."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from node.review.test_taking import asked_world, wanted
from support.agreed import ask, reply
from support.pair import READER, World

from comity.boot import pack_node
from comity.domestic.officer import role
from comity.joint.request import acts
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Officer
from comity.node.exchange.append import Appended
from comity.node.review import take
from comity.node.room import trust_policy
from comity.rooms.review import pack, pack_check
from comity.rooms.review.pack_check import Verdict

AUDITOR = Officer("audit", bytes(32), "police", "", 0, roles=(role.AUDITOR,))


def busy_world(folder: Path) -> tuple[World, list[Appended]]:
    """Return a world with requests both ways: answered, found wanting, extended, withdrawn."""
    world, asked = asked_world(folder)
    earlier = asked[0].act.matter.id
    asked.append(ask(world, "aa", "preservation-extension", "urgent", extends=earlier))
    asked.append(ask(world, "bb", "subscriber", "routine"))
    world.pump()
    reply(world, "bb", asked[1], acts.FOUND_DEFICIENT, {"findings": {"facts": "vague"}})
    world.pump()
    reply(world, "aa", asked[1], acts.CLARIFIED)
    reply(world, "aa", asked[2], acts.WITHDRAWN, {"reason": "no-longer-needed"})
    world.pump()
    return world, asked


def made(world: World, *disclose: str) -> bytes:
    """Return a pack of one node."""
    found = pack.make(world.node("aa"), AUDITOR, wanted(world), disclose)
    assert not isinstance(found, Inadmissible)
    return found.data


def checked(world: World, data: bytes, *, trusting: bool = True) -> Verdict:
    """Return what a pack shows to who trusts the keys of both parties, or nobody's."""
    trusted = [one.policy for one in trust_policy.policies(world.node("bb"))] if trusting else []
    return pack_check.check(data, trusted, pack_node.node)


def held(verdict: Verdict) -> Mapping[str, bool | None]:
    """Return what each check found."""
    return {one.name: one.holds for one in verdict.checks}


def changed(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """Return a pack of which one member was changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(out, "w") as file:
        for one in given.namelist():
            content = given.read(one)
            if one == name:
                assert old in content
                content = content.replace(old, new, 1)
            file.writestr(one, content)
    return out.getvalue()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, list[Appended]]:
    """Return one world for all: nothing here changes it."""
    return busy_world(tmp_path_factory.mktemp("pack"))


def test_a_pack_proves_its_figures_from_rows_heads_and_disclosed_acts(
    world: tuple[World, list[Appended]],
) -> None:
    """Whoever has the file needs no node: rows give the digest, the acts give the rows."""
    verdict = checked(world[0], made(world[0], "all"))
    assert held(verdict) == dict.fromkeys(("figures", "heads", "leaves", "places", "entries"), True)
    assert verdict.holds, verdict.checks
    assert "all 5 requests" in verdict.checks[-1].words


def test_a_pack_without_acts_says_what_it_does_not_prove(
    world: tuple[World, list[Appended]],
) -> None:
    """Rows alone prove where the acts stand, and not that they say so; no trust, no signature."""
    verdict = checked(world[0], made(world[0]), trusting=False)
    found = held(verdict)
    assert (found["heads"], found["entries"]) == (None, None)
    assert verdict.holds, verdict.checks
    assert verdict.rows == len(world[1])


def test_one_request_can_be_disclosed_and_the_others_stay_closed(
    world: tuple[World, list[Appended]],
) -> None:
    """Its row is computed from its acts; of the others nothing can be read in the file."""
    one, other = world[1][1].act, world[1][4].act
    data = made(world[0], one.matter.id)
    verdict = checked(world[0], data)
    assert held(verdict)["entries"] is True
    assert "acts of 1 requests" in verdict.checks[-1].words
    origins = sorted(wanted_cut(world[0]))
    shown = {
        (origin, line["index"])
        for number, origin in enumerate(origins)
        for line in lines(data, f"entries/{number}.jsonl")
    }
    places = {act_id: (origin, index) for act_id, origin, index in lines(data, "places.jsonl")}
    assert places[one.id] in shown
    assert places[other.id] not in shown


def test_a_request_that_is_extended_is_disclosed_with_what_extends_it(
    world: tuple[World, list[Appended]],
) -> None:
    """Its clock runs on by the later one, so neither can be computed without the other."""
    verdict = checked(world[0], made(world[0], world[1][0].act.matter.id))
    assert held(verdict)["entries"] is True
    assert "acts of 2 requests" in verdict.checks[-1].words


def wanted_cut(world: World) -> Mapping[str, int]:
    """Return the newest cut of a node."""
    return take.computed(world.node("aa"), wanted(world)).cut


def lines(data: bytes, name: str) -> list[Any]:
    """Return the values of a member of a pack."""
    return [ijson.parse(line) for line in _member(data, name).splitlines()]


def _member(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return file.read(name)


@pytest.mark.parametrize(
    ("name", "old", "new", "failing"),
    [
        ("rows.jsonl", b'"outcome":"answered"', b'"outcome":"refused"', "figures"),
        ("figures.json", b'"value":5', b'"value":6', "figures"),
        ("places.jsonl", b",1]", b",999]", "places"),
    ],
)
def test_what_is_changed_in_a_pack_is_found(
    world: tuple[World, list[Appended]],
    name: str,
    old: bytes,
    new: bytes,
    failing: str,
) -> None:
    """A row, a figure, a place: each is checked against what it follows from."""
    data = made(world[0])
    if name == "places.jsonl":
        line = _member(data, name).splitlines()[0]
        old, new = line, line.rpartition(b",")[0] + b",99999]"
    verdict = checked(world[0], changed(data, name, old, new))
    assert held(verdict)[failing] is False
    assert not verdict.holds


def test_a_row_that_its_acts_do_not_give_is_found(world: tuple[World, list[Appended]]) -> None:
    """Rows and digest that were forged together stand until the acts are read."""
    data = made(world[0], "all")
    entries = _member(data, "entries/1.jsonl").splitlines(keepends=True)
    verdict = checked(world[0], changed(data, "entries/1.jsonl", entries[-1], b""))
    assert held(verdict)["entries"] is False


def test_a_pack_of_other_definitions_is_not_said_to_be_false(
    world: tuple[World, list[Appended]],
) -> None:
    """Its figures would differ though nobody lied: it is told by which they are computed."""
    data = changed(made(world[0]), "figures.json", b'"definitions":', b'"definitions":1')
    with pytest.raises(Fault, match=r"by definitions '1\d+'") as raised:
        checked(world[0], data)
    assert raised.value.code == "review.pack.definitions"


def test_what_is_no_pack_is_refused(world: tuple[World, list[Appended]]) -> None:
    """A stranger's file stops nothing: it is told what is wrong."""
    for data in (b"", b"PK", changed(made(world[0]), "pack.json", b"comity/review-pack/1", b"x")):
        with pytest.raises(Fault) as caught:
            checked(world[0], data)
        assert caught.value.code == "review.pack.malformed"


def test_only_who_may_read_all_takes_a_pack_away(world: tuple[World, list[Appended]]) -> None:
    """Rows name every request; whoever reads their agency's alone has the figures on the page."""
    assert isinstance(pack.make(world[0].node("aa"), READER, wanted(world[0])), Inadmissible)
    secretary = Officer("sec", bytes(32), "police", "", 0, roles=(role.SECRETARIAT,))
    made_by = pack.make(world[0].node("aa"), secretary, wanted(world[0]))
    assert not isinstance(made_by, Inadmissible)
    assert isinstance(
        pack.make(world[0].node("aa"), secretary, wanted(world[0]), ["all"]), Inadmissible
    )
