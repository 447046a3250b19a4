"""Writes what of the catalogue is made from data in the package."""
