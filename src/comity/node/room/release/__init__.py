"""From a draft to the log: draft, approve, release, send; and the gates between.

Floor: node.
"""
