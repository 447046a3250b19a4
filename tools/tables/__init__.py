"""Writes the tables of docs/spec from the data that the code folds by."""
