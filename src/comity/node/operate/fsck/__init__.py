"""Whether what is stored is what was signed, and what is shown is what follows from it."""
