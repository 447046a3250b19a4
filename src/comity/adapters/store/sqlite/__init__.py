"""What Django calls the engine of a SQLite file."""
