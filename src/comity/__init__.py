"""Sovereign States cooperating against cybercrime, each on its own node."""
