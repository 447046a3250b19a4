"""What all of the node stands on: its context, rows, ports, profile and keys in force.

Floor: node.
"""
