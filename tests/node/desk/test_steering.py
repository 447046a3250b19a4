"""What an officer decides about a log or a partner, and its step, stand together or not at all."""

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import FunctionType, ModuleType

import pytest
from support import lost_cards
from support.pair import World, make_world
from support.states import opened_root
from support.undone import Died, Undone, kept, once

import comity.surfaces
from comity.acts.vocabulary import OURS, Vocabulary
from comity.domestic.locallog import entry
from comity.domestic.officer import role
from comity.joint.arrangement import verbs
from comity.joint.arrangement.channel import EXERCISE, PURPOSES, Terms
from comity.joint.exchange import acts
from comity.kernel import limits
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import profile
from comity.node.base.context import Node, Session
from comity.node.base.rows import LOG_ENDED, Officer
from comity.node.desk import officer_admin
from comity.node.exchange import channel, entry_keys_file, generation, keyring, logs, pairing
from comity.node.operate import operator_steps, partner_steps
from comity.node.room import local_log, officers
from comity.node.room.step import Step

type Do = Callable[[Node, Officer], object]


@dataclass(frozen=True)
class Deed:
    """Something that is decided.

    Attributes:
        does: the functions of `steering` and `operating` that it calls.
        steps: that it leaves.
        ready: brings a world to where it can be decided, and returns what decides it.
        is_officers: whether the step says which officer; else whoever runs the node did it.
    """

    does: str
    steps: tuple[str, ...]
    ready: Callable[[World], Do]
    is_officers: bool = True


def _freeze(world: World) -> Do:
    return lambda node, ann: partner_steps.freeze(node, ann, world.origin("aa"), "Odd heads.")


def _thaw(world: World) -> Do:
    ann = _ann(world.node("aa"))
    partner_steps.freeze(world.node("aa"), ann, world.origin("bb"), "")
    return lambda node, ann: partner_steps.thaw(node, ann, world.origin("bb"))


def _clock(_world: World) -> Do:
    return lambda node, ann: partner_steps.decide_clock(node, ann, "bb")


def _excuse(world: World) -> Do:
    return lambda node, ann: partner_steps.excuse_party(node, ann, world.origin("aa"), "bb")


def _begin(world: World) -> Do:
    return lambda node, ann: partner_steps.begin_log(node, ann, world.channel, "lost")


def _accept(world: World) -> Do:
    world.ask("aa")
    world.pump()
    begun = generation.begin(world.node("bb"), world.channel, "lost")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    return lambda node, ann: partner_steps.accept_log(node, ann, *begun)


def _open(world: World) -> Do:
    maker = world.states["aa"].maker
    step = Step(verbs.OPEN, {"purpose": EXERCISE})
    return lambda node, ann: partner_steps.open_channel(node, ann, maker, "exercise", step)


def _opened(world: World) -> str:
    terms = Terms("exercise", EXERCISE)
    for one in world.states.values():
        channel.open_channel(one.node, one.maker, "", terms)
        world.pump()
    return f"{world.arrangement}/{terms.name}"


def _end_channel(world: World) -> Do:
    path = _opened(world)
    return lambda node, ann: partner_steps.end_channel(
        node, ann, path, Step(verbs.END, {"reason": "done"})
    )


def _rotate_channel(world: World) -> Do:
    path, maker = _opened(world), world.states["aa"].maker
    step = Step(verbs.ROTATE, {})
    return lambda node, ann: partner_steps.rotate_channel(node, ann, maker, path, step)


def _adopt_room(world: World) -> Do:
    weather = Vocabulary({**OURS.added, "weather": {1: ("weather.reported/1",)}})
    world.replace_node("aa", replace(world.node("aa"), vocabulary=weather))
    return lambda node, ann: partner_steps.adopt_room(node, ann, "", "weather")


def _give_up(_world: World) -> Do:
    return lambda node, ann: partner_steps.give_up(node, ann, "bb", "It left.")


def _take_back(world: World) -> Do:
    partner_steps.give_up(world.node("aa"), _ann(world.node("aa")), "bb", "It left.")
    return lambda node, ann: partner_steps.take_back(node, ann, "bb")


def _pair(world: World) -> Do:
    one, two = world.states["aa"], world.states["bb"]
    arrangement = pairing.new_arrangement_id(one.node)
    roots = [
        state.maker.make_root(world.folder / f"{party}.2nd", party, arrangement)
        for party, state in world.states.items()
    ]
    offer = pairing.offer(one.node, one.maker, roots[0], ("aa", "bb"))
    confirm = pairing.confirm(one.node, [pairing.accept(two.node, two.maker, roots[1], offer)])
    code = pairing.preview(one.node, confirm).code
    return lambda node, ann: partner_steps.keep(node, ann, confirm, code)


def _make_card(world: World) -> Do:
    one = world.states["aa"]
    root = opened_root(world.folder, one, world.arrangement)
    return lambda node, _: operator_steps.make_card(node, one.maker, root)


def _revoke_card(world: World) -> Do:
    one = world.states["aa"]
    root = opened_root(world.folder, one, world.arrangement)
    operator_steps.make_card(one.node, one.maker, root)
    return lambda node, _: operator_steps.revoke_card(node, root, 1)


def _lose_card(world: World) -> None:
    """Restore aa from before its second card, whose keys are gone with the machine."""
    old = lost_cards.kept(world)
    lost_cards.rotate(world)
    lost_cards.talk(world)
    lost_cards.restore(world, old)
    world.pump()


def _replace_lost(world: World) -> Do:
    _lose_card(world)
    one = world.states["aa"]
    root = opened_root(world.folder, one, world.arrangement)
    return lambda node, _: operator_steps.replace_lost_card(node, one.maker, root)


def _give_keys(world: World) -> Do:
    operator_steps.make_card(
        world.node("bb"), world.states["bb"].maker, lost_cards.root_of(world, "bb")
    )
    operator_steps.revoke_card(world.node("bb"), lost_cards.root_of(world, "bb"), 1)
    world.pump()
    return lambda node, ann: partner_steps.give_keys(node, ann, world.channel, "bb")


def _take_keys(world: World) -> Do:
    _replace_lost(world)(world.node("aa"), _ann(world.node("aa")))
    world.pump()
    given = entry_keys_file.give(world.node("bb"), world.channel, "aa")
    return lambda node, ann: partner_steps.take_keys(node, ann, given.data)


def _enter(world: World) -> Do:
    """A rotation that was broken off once the card was kept."""
    one = world.states["aa"]
    root = opened_root(world.folder, one, world.arrangement)
    with suppress(Died):
        keyring.rotate(kept(world, "aa", after=once(Died)), one.maker, root)
    return lambda node, _: operator_steps.enter_pending(node, world.arrangement)


def _restore(_world: World) -> Do:
    return lambda node, _: operator_steps.mark_restored(node, "ab" * 32, 1_800_000_000_000)


def _name_agencies(world: World) -> Do:
    node = world.node("aa")
    _ann(node)  # whom a home without agencies would not take
    with node.store.write() as tx:
        own = profile.load(tx)
        profile.save(tx, replace(own, agencies=()))
    return lambda node, _: operator_steps.begin_agencies(node, own.agencies)


DEEDS = (
    Deed("freeze", ("log.frozen",), _freeze),
    Deed("thaw", ("log.thawed",), _thaw),
    Deed("decide_clock", ("party.clock-decided",), _clock),
    Deed("excuse_party", ("party.excused",), _excuse),
    Deed("begin_log", ("log.ended", "log.begun"), _begin),
    Deed("accept_log", ("log.accepted",), _accept),
    Deed("give_keys", ("log.keys-given",), _give_keys),
    Deed("take_keys", ("log.keys-taken",), _take_keys),
    Deed("open_channel", ("channel.opened",), _open),
    Deed("adopt_room", ("room.adopted",), _adopt_room),
    Deed("end_channel", ("channel.ended",), _end_channel),
    Deed("rotate_channel", ("channel.keys-shown",), _rotate_channel),
    Deed("give_up", ("party.given-up",), _give_up),
    Deed("take_back", ("party.taken-back",), _take_back),
    Deed("keep pair", ("party.paired",), _pair),
    Deed("make_card", ("card.made",), _make_card, is_officers=False),
    Deed("enter_pending", ("card.entered",), _enter, is_officers=False),
    Deed("revoke_card", ("card.revoked",), _revoke_card, is_officers=False),
    Deed("mark_restored", ("home.restored",), _restore, is_officers=False),
    Deed("begin_agencies", ("nation.agencies-named",), _name_agencies, is_officers=False),
    Deed("replace_lost_card", ("card.made", "card.revoked"), _replace_lost, is_officers=False),
)
_RESTORED = ("home.restored", {"backup": "ab" * 32, "made": "2027-01-15T08:00:00Z"})
NO_DEEDS = frozenset({"may_act", "may_pair", "retry", "preview", "open_offer"})
"""They ask, or wake a round, or write a text; nothing of what the exchange does changes."""


def _ann(node: Node) -> Officer:
    with node.store.read() as tx:
        held = tx.officer("ann")
    if held is not None:
        return held
    token = officer_admin.add(node, "ann", "police", roles=(role.OPERATOR,))
    return officers.authenticate(node, "ann", token)


def _steps(node: Node, since: int) -> list[tuple[str, dict[str, str]]]:
    """Return the steps of a node from an index on, each with its facts."""
    with node.store.read() as tx:
        log = local_log.local_log(tx, node) if tx.logs("local") else None
        if log is None or log.size == since:
            return []
        facts = local_log.facts_of(tx, log.origin, since, log.size)
        raw = tx.entries(log.origin, since, log.size)
    return [(entry.parse(one).code, facts[i]) for i, one in enumerate(raw, since)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return two States."""
    return make_world(tmp_path)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda one: one.does)
def test_what_is_decided_is_never_kept_without_its_step(world: World, deed: Deed) -> None:
    """Killed after its first write, it has its step; undone in it, there is neither."""
    do, ann = deed.ready(world), _ann(world.node("aa"))
    since = len(_steps(world.node("aa"), 0))
    with pytest.raises(Undone):
        do(kept(world, "aa", before=once(Undone)), ann)
    assert not _steps(world.node("aa"), since)
    with suppress(Died):
        do(kept(world, "aa", after=once(Died)), ann)
    found = _steps(world.node("aa"), since)
    assert tuple(step for step, _ in found) == deed.steps
    assert all((facts.get("officer") == "ann") is deed.is_officers for _, facts in found)


OFFICERS_DEEDS = tuple(one for one in DEEDS if one.is_officers)
ACTING = {
    role.OPERATOR, role.CONTACT_POINT, role.RELEASING, role.COUNSEL, role.CASE_OFFICER,
}  # fmt: skip


def _lacking(may: set[str]) -> Iterator[Officer]:
    """Return an officer of each other role, and one who has none."""
    for roles in ((), *((one,) for one in role.ROLES if one not in may)):
        yield Officer("eve", bytes(32), "police", "", 0, roles=roles)


def _require_lacking(said: object) -> None:
    assert isinstance(said, Inadmissible)
    assert said.rule == "officer.role.lacking"


@pytest.mark.parametrize("deed", OFFICERS_DEEDS, ids=lambda one: one.does)
def test_who_may_not_decide_it_is_told_so_and_nothing_is_done(world: World, deed: Deed) -> None:
    """An auditor, an analyst, the secretariat: refused, and then an operator still may."""
    do = deed.ready(world)
    node = world.node("aa")
    ann, since = _ann(node), len(_steps(node, 0))
    for eve in _lacking({role.OPERATOR} if deed.does == "keep pair" else ACTING):
        _require_lacking(do(node, eve))
    assert not _steps(node, since)
    do(node, ann)
    assert tuple(step for step, _ in _steps(node, since)) == deed.steps


def test_nor_does_who_may_not_decide_wake_a_round_or_read_a_pairing(world: World) -> None:
    """Nor learns what is in a text of another State before it is believed."""
    node = world.node("aa")
    for eve in _lacking(ACTING):
        _require_lacking(partner_steps.retry(node, eve, "bb"))
    for eve in _lacking({role.OPERATOR}):
        _require_lacking(partner_steps.preview(node, eve, b""))
        _require_lacking(partner_steps.open_offer(node, eve, ()))


def test_a_rotation_that_is_finished_later_is_told_for_each_log(world: World) -> None:
    """With the channel and the number; what is entered already is told no second time."""
    one = world.states["aa"]
    enter = _enter(world)
    since = len(_steps(one.node, 0))
    for _ in range(2):
        enter(one.node, _ann(one.node))
    found = [told for step, told in _steps(one.node, since) if step == "card.entered"]
    paths = keyring.own_channels(one.node, world.arrangement)
    assert found == [{"channel": path, "number": "2"} for path in paths]


def test_a_revocation_that_a_restore_took_out_is_told_when_it_is_entered(world: World) -> None:
    """It was made on another machine, and came back from a partner; or its write was broken off."""
    one = world.states["aa"]
    root = opened_root(world.folder, one, world.arrangement)
    operator_steps.make_card(one.node, one.maker, root)
    writes = [0]

    def stop() -> None:
        writes[0] += 1
        if writes[0] == 1:
            raise Died

    with suppress(Died):
        keyring.revoke(kept(world, "aa", after=stop), root, 1)
    since = len(_steps(one.node, 0))
    operator_steps.enter_pending(one.node, world.arrangement)
    assert [step for step, _ in _steps(one.node, since)] == ["card.revocation-entered"] * 2


def test_a_restored_home_says_first_from_which_backup_it_came(world: World) -> None:
    """What of the local log the high-water file gives back stands before it."""
    one = world.states["aa"]
    _ann(one.node)
    old = lost_cards.kept(world)
    officer_admin.add(one.node, "bea", "police")
    local_log.sign_if_due(one.node)
    signed = _steps(one.node, 0)
    world.replace_node("aa", replace(one.node, store=old, session=Session()))
    operator_steps.mark_restored(one.node, "ab" * 32, 1_800_000_000_000)
    assert _steps(one.node, 0)[-1] == _RESTORED
    assert local_log.bring_back(one.node)
    after = _steps(one.node, 0)
    assert [step for step, _ in after[:-2]] == [step for step, _ in signed]
    assert after[-2] == _RESTORED
    assert after[-1][0] == "log.facts-lost"


def test_every_deed_is_told_here() -> None:
    """A new one comes with its step and a line of the table."""
    named = {
        name
        for module in (partner_steps, operator_steps)
        for name, one in inspect.getmembers(module, inspect.isfunction)
        if one.__module__ == module.__name__ and not name.startswith("_")
    }
    told = {name for deed in DEEDS for name in deed.does.split()}
    assert named == told | NO_DEEDS


@pytest.mark.parametrize("stop_at", range(5))
def test_a_long_log_that_is_ended_in_writes_has_its_step_from_the_first(
    world: World, monkeypatch: pytest.MonkeyPatch, stop_at: int
) -> None:
    """It ends in the first, though what nobody holds of it is cut in several; and ends once."""
    monkeypatch.setattr(limits, "TRANSACTION_ENTRIES_MAX", 2)
    ann, node = _ann(world.node("aa")), world.node("aa")
    for _ in range(5):
        world.ask("aa")
    since, count = len(_steps(node, 0)), [0]

    def stop() -> None:
        count[0] += 1
        if count[0] > stop_at:
            raise Died

    with suppress(Died):
        partner_steps.begin_log(kept(world, "aa", before=stop), ann, world.channel, "stolen")
    with node.store.read() as tx:
        old, new = logs.require_log(tx, world.origin("aa")), logs.own_log(tx, world.channel)
    told = [step for step, _ in _steps(node, since)]
    assert told == ["log.ended"] * (old.state == LOG_ENDED) + ["log.begun"] * (new != old)
    if new == old:
        partner_steps.begin_log(node, ann, world.channel, "stolen")
    assert [step for step, _ in _steps(node, since)] == ["log.ended", "log.begun"]


def test_no_surface_decides_without_a_step() -> None:
    """What takes a `note` is called by `steering` and `operating`, which give one."""
    found = [
        f"{file.name}: {called}"
        for file in Path(comity.surfaces.__file__).parent.rglob("*.py")
        for called in _calls(ast.parse(file.read_text(encoding="utf-8")))
    ]
    assert not found, "call it in `comity.node.operate.partner_steps` or `operating`, with its step"


def _calls(tree: ast.Module) -> Iterator[str]:
    """Give what a module calls of the node that would note a step."""
    modules: dict[str, ModuleType] = {}
    for one in ast.walk(tree):
        if isinstance(one, ast.ImportFrom) and (one.module or "").startswith("comity.node"):
            for name in one.names:
                with suppress(ImportError):
                    found = importlib.import_module(f"{one.module}.{name.name}")
                    modules[name.asname or name.name] = found
    for one in ast.walk(tree):
        if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
            called = getattr(modules.get(one.value.id), one.attr, None)
            if inspect.isfunction(called) and _notes(called):
                yield f"{one.value.id}.{one.attr}"


def _notes(called: FunctionType) -> bool:
    note = inspect.signature(called).parameters.get("note")
    return note is not None and inspect.isfunction(note.default)


def test_each_purpose_and_each_end_of_a_channel_has_its_words() -> None:
    """What an officer chooses from is what an act may say."""
    assert verbs.PURPOSES.keys() == {*PURPOSES}
    assert verbs.REASONS.keys() == {*acts.END_REASONS}
