"""Surfaces: what is due, for calendar programs."""
