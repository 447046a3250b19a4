"""The independent verifier: one program, no import of comity."""
