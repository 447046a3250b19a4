"""The store of a node in a database: SQLite in its home, or PostgreSQL."""
