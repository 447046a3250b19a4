"""The room of the nation profile: a State's own agencies, law and roles as a text.

What its lawyers write once, routing, the legal gate and the desk run on.  Nothing of it crosses.

Floor: domestic (pure).
"""
