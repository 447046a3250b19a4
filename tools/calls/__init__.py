"""The calls of the interface for programs, written down."""
