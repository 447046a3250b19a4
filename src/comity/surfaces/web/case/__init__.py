"""Pages of cases: requests of one investigation, their priority, the joint status report.

Floor: surfaces.
"""
