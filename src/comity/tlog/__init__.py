"""Floor 1: transparency logs as text: notes, checkpoints, cosignatures, trees, tiles, proofs.

Every format is a published one of C2SP; each has exactly one spelling here, so a
signature over the bytes is a signature over the meaning.  No clock, disk or network.
"""
