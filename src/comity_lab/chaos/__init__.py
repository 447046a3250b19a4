"""`comity chaos`: two real nodes are killed again and again while acts are sent.

    command    how it is called and what it prints
    storm      kills nodes and senders at random times, from a seed
    databases  on PostgreSQL, behind lines that are cut
    sender     a process that appends acts and says what it has shown as sent and received
    verdict    reads both homes afterwards, and says what held

Floor: lab.
"""

from comity_lab.chaos.command import add_parser

__all__ = ["add_parser"]
