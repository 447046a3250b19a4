"""A home that is put back from before a rotation, whose newer private keys are gone.

Floor: tests.
"""

from dataclasses import replace
from pathlib import Path

from comity.adapters.keyfiles import KeyFiles
from comity.adapters.memory import MemoryStore, copy_of
from comity.kernel import limits
from comity.node.base.context import Session
from comity.node.base.keymaker import RootKey
from comity.node.base.rows import Log
from comity.node.exchange import keyring, logs
from comity.node.operate import backup, card_replacement
from support.pair import World, make_world


def root_of(world: World, party: str = "aa") -> RootKey:
    """Return a party's root key, from its medium."""
    return world.states[party].maker.open_root(world.folder / f"{party}-{world.arrangement}.root")


def rotate(world: World, party: str = "aa") -> None:
    """Make a party's next card."""
    one = world.states[party]
    keyring.rotate(one.node, one.maker, root_of(world, party))


def kept(world: World) -> MemoryStore:
    """Return a backup of aa's rows."""
    store = world.node("aa").store
    assert isinstance(store, MemoryStore)
    return MemoryStore(copy_of(store.disk))


def talk(world: World) -> None:
    """Let both ask and answer."""
    asked, theirs = world.ask("aa"), world.ask("bb")
    world.pump()
    world.answer("bb", asked, ("one",))
    world.acknowledge("aa", theirs)
    world.pump()


def restore(world: World, old: MemoryStore, first_lost: int = 2) -> None:
    """Put a backup of aa in its place; of the keys of cards it has those before `first_lost`."""
    one, folder = world.states["aa"], world.folder / "aa" / "keys"
    for file in folder.glob("card-*.age"):
        if int(file.stem.rpartition("-")[2]) >= first_lost:
            file.unlink()
    one.maker = KeyFiles(folder, one.maker.vault, one.node.entropy)
    node = replace(one.node, store=old, session=Session(), keys=one.maker)
    world.replace_node("aa", node)
    backup.mark_restored(node)
    world.mend()


def lost(tmp_path: Path, parties: tuple[str, ...] = ("aa", "bb"), rotations: int = 1) -> World:
    """Return States of which aa was restored from before its rotations."""
    world = make_world(tmp_path, parties)
    talk(world)
    old = kept(world)
    for _ in range(rotations):
        rotate(world)
        talk(world)
    restore(world, old)
    world.pump()
    return world


def replaced(world: World) -> None:
    """Let aa make the next card, and the parties speak."""
    one = world.states["aa"]
    card_replacement.replace(one.node, one.maker, root_of(world))
    beat(world)


def beat(world: World) -> None:
    """Let a minute pass: each shows its heads anew, and gives what the other lacks."""
    world.pump()
    world.advance(limits.HEARTBEAT_MS)
    world.pump()


def own(world: World, at: str = "aa", of: str = "aa") -> Log:
    """Return a log as a party holds it."""
    with world.node(at).store.read() as tx:
        return logs.require_log(tx, world.origin(of))
