"""What operators need: health, backup, keys, rebuilding, checking, their pages.

Floor: node.
"""
