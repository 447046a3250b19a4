"""`comity sim`: nodes, disks, clocks and network in one process, all from one seed.

Floor: lab.
"""
