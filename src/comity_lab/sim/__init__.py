"""`comity sim`: nodes, disks, clocks and network in one process, all from one seed.

    suite      algorithms that repeat         officers   what people do
    machine    disk, clock, process           events     what happens next, by chance
    network    losses, delays, repeats        rest       mending all, and what must hold then
    world      all of one run                 matrix     every crash point in every mode
    ledger     what left, what was shown      runs       one seed, or many
    invariants what must hold                 byzantine  a State that lies
    opening    what opens, once               deciding   what officers decide of logs and partners
    restoring  homes from backups

Floor: lab.
"""

from comity_lab.sim.cli import add_parser

__all__ = ("add_parser",)
