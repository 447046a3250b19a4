"""Developers' programs, which the wheel does not carry: benches, chaos, simulation, history.

    bench   `comity bench`: speed, as ratios of one run
    chaos   `comity chaos`: real nodes are killed while they speak
    sim     `comity sim`: seeded histories, crash matrix, dishonest States
    years   two years between two States, for the demo and the benches
    line    a line between real nodes that can be cut and slowed

`./comity` of a clone finds them as commands (`comity.demo.developers`); nothing of `comity`
imports them.
"""
