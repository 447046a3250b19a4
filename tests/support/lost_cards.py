"""A home that is put back from before a rotation, whose newer private keys are gone.

Floor: tests.
"""

from dataclasses import replace

from comity.adapters.keyfiles import KeyFiles
from comity.adapters.memory import MemoryStore, copy_of
from comity.node import backup, keyring
from comity.node.context import Session
from comity.node.keymaker import RootKey
from support.pair import World


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
