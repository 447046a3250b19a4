"""Contact points in the browser."""
