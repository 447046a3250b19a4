"""Cases: requests of one investigation, their priority, the joint status report.

Floor: node.
"""
