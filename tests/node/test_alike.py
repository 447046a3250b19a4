"""Who may be taken for somebody else is told before the code of a pairing is compared."""

from dataclasses import replace
from pathlib import Path

from support.states import State, deliver, opened_root, pair, state

from comity.adapters.alarms import StandingAlarms
from comity.node.base import profile
from comity.node.base.sentence import Sentence
from comity.node.exchange import keyring, lookalike, pairing


def called(one: State, name: str) -> State:
    """Return a State that calls itself so on its next card."""
    with one.node.store.write() as tx:
        profile.save(tx, replace(profile.load(tx), names={"en": name}))
    return one


def told(folder: Path, first: State, *others: State) -> list[Sentence]:
    """Return what a State is told of a pairing that it offers."""
    folder.mkdir()
    parties = tuple(one.node.party for one in (first, *others))
    arrangement = pairing.new_arrangement_id(first.node)
    roots = [
        one.maker.make_root(folder / f"{at}.root", one.node.party, arrangement)
        for at, one in enumerate((first, *others))
    ]
    offer = pairing.offer(first.node, first.maker, roots[0], parties)
    accepts = [
        pairing.accept(one.node, one.maker, root, offer)
        for one, root in zip(others, roots[1:], strict=True)
    ]
    confirm = pairing.confirm(first.node, accepts)
    found = pairing.preview(first.node, confirm)
    said = lookalike.told(first.node, found)
    pairing.save(first.node, confirm, found.code)
    assert lookalike.told(first.node, found) == said
    return said


def test_a_partner_that_pairs_again_is_told_of_by_its_certificate(tmp_path: Path) -> None:
    """The same node is nobody else; another under its id is shown what the first may read."""
    fr, sn, thief = state(tmp_path / "1", "fr"), state(tmp_path / "2", "sn"), state(tmp_path, "sn")
    pair(tmp_path, [fr, sn])
    assert told(tmp_path / "again", fr, sn) == []
    (said,) = told(tmp_path / "other", fr, thief)
    assert said.facts == {"party": "sn"}
    assert "another TLS certificate" in said


def test_an_id_that_looks_like_another_is_told(tmp_path: Path) -> None:
    """Of partners that stand, of the others of the same pairing, and of this State's own."""
    fr, ny, like = (state(tmp_path, party) for party in ("fr0", "ny", "n-y"))
    third = state(tmp_path, "fro")
    pair(tmp_path, [fr, ny])
    assert [one.facts for one in told(tmp_path / "a", fr, like)] == [
        {"party": "n-y", "other": "ny"}
    ]
    both = told(tmp_path / "b", fr, third, state(tmp_path, "zz"))
    assert [one.facts for one in both] == [{"party": "fro", "other": "fr0"}]
    assert told(tmp_path / "c", fr, state(tmp_path, "sn"), state(tmp_path, "ke")) == []


def test_a_name_that_reads_as_that_of_another_is_told(tmp_path: Path) -> None:
    """Whatever its case, width, spaces or characters that nobody sees."""
    fr, sn = state(tmp_path, "fr"), called(state(tmp_path, "sn"), "South Nation")
    pair(tmp_path, [fr, sn])
    for at, name in enumerate(("south  nation", "South\u200bNation", "\uff33outh Nati\u00f6n")):
        said = told(tmp_path / str(at), fr, called(state(tmp_path, f"x{at}"), name))
        assert {one.facts["party"] for one in said} == {f"x{at}"}
        assert "sn" in {one.facts["other"] for one in said}
    (own,) = told(tmp_path / "own", fr, called(state(tmp_path, "yy"), "Fr"))
    assert own.facts == {"party": "yy", "name": "Fr", "other": "fr"}


def test_a_new_card_that_takes_the_name_of_another_rings(tmp_path: Path) -> None:
    """Pages show States by name, and a name changes with each card; what stays as it is is none."""
    fr, sn, ke = (state(tmp_path, party) for party in ("fr", "sn", "ke"))
    pair(tmp_path, [fr, ke])
    arrangement = pair(tmp_path, [fr, sn])
    alarms = fr.node.alarms
    assert isinstance(alarms, StandingAlarms)
    for name, rings in (("South Nation", []), ("K\u0435", ["sn calls itself K\u0435, as ke"])):
        called(sn, name)
        keyring.rotate(sn.node, sn.maker, opened_root(tmp_path, sn, arrangement))
        deliver(fr, sn)
        told = [what for code, what in alarms.standing() if code == "exchange.card.alike"]
        assert [what.partition(" does")[0] for what in told] == rings
