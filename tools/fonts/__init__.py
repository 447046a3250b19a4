"""Type of the pages."""
