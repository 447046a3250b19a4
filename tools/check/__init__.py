"""The check: one command, cheapest first, the same for people and for machines."""
