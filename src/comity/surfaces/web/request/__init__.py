"""Requests: the list, and one request with all that is said, done and proven of it.

    listing*   the list: filters, search, many at once, kept filters, files
    one        the pages of one request: overview, time line, clocks, at home, one act
    telling    its head: status, countdown, who holds the ball, the next action
    content    elements, items and texts as a reader sees them
    lanes      the time line: their side, our side, and what never crosses
    verbs      what may be said, as a table
    saying     the form of a verb, of the fields that `makers` makes
    acting     what becomes of it
    home       the steps of the duty desk, as a table, and their form
    evidence   attachments: custody, taking out, handing over, destroying
    papers     proofs, letters, prints

Floor: surfaces.
"""
