"""Two years between two States, made quickly: real acts in real logs, by a simulated clock.

    table     what is asked, how it ends and how long it takes: the shipped figures, as numbers
    values    what a request says: elements, items and texts, from templates in both languages
    plan      what is asked, and what a step is
    drawn     one request, and what was drawn of it before it begins
    course    from its sending to its answer, step by step
    ending    what is said of an answer, until it is closed and accounted for
    speaking  how a step becomes an act, with its sealed bodies and its release record
    line      one channel of both nodes: entries sealed, receipts, heads signed and cosigned
    making    all requests side by side, in the order of time
    keeping   a process for each home, which keeps what is made and folds it
    states    the two invented States: who speaks, which texts they adopt
    two_homes the years of two homes that nobody serves yet

Every act is one that the rules and the guideline admit at its time; it is sealed to both States,
receipted by the other one, and covered by heads that both have signed.  What is simulated is the
clock, and the officers.  Floor: lab.
"""
