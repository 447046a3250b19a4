"""Webhooks: programs that are told what happened, by ids and codes alone.

    registry    who is told of what, and where
    events      what happened becomes rows that wait, in one transaction
    delivery    rows that wait are called out, tried again, given up

A program learns of nothing that the officer who registered it may not read.

Floor: node.
"""
