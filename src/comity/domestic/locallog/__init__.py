"""The room of the local log: what an entry of it is, and a log that an auditor takes away.

Floor: domestic (pure).
"""
