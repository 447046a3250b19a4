"""The room of duty: what the agencies of one State do with a request, and who has it.

A file for each request or inquiry: routing, parts, officers, domestic terms, notes, tasks,
advice; and the shift of a desk, handed over by one officer and taken over by the next.

Floor: domestic (pure).
"""
