"""The years on two homes that nobody serves yet.

    make(nodes, voices, texts, Wanted(requests=1_200, until_ms=…), advance) -> Done

Acts are made and sealed here, with the private keys of both homes; each home is written by a
process of its own.

Floor: lab.
"""

import time
from collections.abc import Callable, Mapping, Sequence

from comity.adapters import vault
from comity.adapters.entropy import SystemEntropy
from comity.adapters.keyfiles import KeyFiles
from comity.adapters.suite import RealSuite
from comity.boot import home as homes
from comity.demo.pair_of_nodes import PairOfNodes
from comity.node.base.ports import Keys
from comity.seal.run import SealKey
from comity_lab.years import keeping
from comity_lab.years.keeping import CARD, Ground
from comity_lab.years.line import Channel, Signers
from comity_lab.years.making import Done, Wanted, Years
from comity_lab.years.speaking import Voice


def make(
    nodes: PairOfNodes,
    voices: Mapping[str, Voice],
    texts: Mapping[str, bytes],
    wanted: Wanted,
    advance: Callable[[int], None],
) -> Done:
    """Make the years on both homes.

    Args:
        nodes: paired, stopped, their logs empty.
        voices: by party, in the order of the arrangement.
        texts: joint texts by name: `guideline`, and `calendar.<party>` of each.
        wanted: how many requests, until when.
        advance: called with steps of `2 * requests`: begun, and folded.

    Raises:
        Fault: `lab.years.failed`.
    """
    began = time.process_time()
    keys = {party: keys_of(nodes, party) for party in voices}
    with keeping.keepers(nodes) as keepers:
        channels = {
            name: channel_of(ground, tuple(voices), keys)
            for name, ground in keepers.grounds.items()
        }
        years = Years(voices, texts, wanted, channels, keepers.keep)
        years.play(advance)
        keepers.finish(advance)
        years.done.cpu_s = time.process_time() - began + keepers.cpu_s
    return years.done


def channel_of(ground: Ground, parties: Sequence[str], keys: Mapping[str, Keys]) -> Channel:
    """Return a channel that begins: its logs are empty, and both parties sign."""
    suite = RealSuite()
    signers = {
        party: Signers(
            keys[party].log_signers(origin, ground.path, CARD),
            keys[party].mirror_signers(mirror, ground.path, CARD),
        )
        for party, origin, mirror in zip(parties, ground.origins, ground.mirrors, strict=True)
    }
    seals = {
        text: SealKey(seal, suite.recipient(seal))
        for text, seal in zip(ground.texts, ground.seals, strict=True)
    }
    return Channel(ground.path, ground.origins, seals, signers, SystemEntropy())


def keys_of(nodes: PairOfNodes, party: str) -> Keys:
    """Return the private keys of a home, opened by its environment."""
    side, entropy = nodes.sides[party], SystemEntropy()
    opener = vault.of_environment(side.environment, entropy)
    return KeyFiles(homes.paths_of(side.home).keys, opener, entropy)
