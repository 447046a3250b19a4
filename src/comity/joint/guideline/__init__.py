"""The guideline: the joint text that says what a request contains and how soon it is answered.

    document      its text, read and checked
    completeness  what a request lacks, each with why it matters
    diff_words    what changed between two texts, in words
    approval      how many officers approve an act

How it is agreed is of every joint text: `comity.joint.text`.

Floor: joint (pure).
"""
