"""Sealing: age files, their streams, their keys, and the blobs that travel beside entries."""
