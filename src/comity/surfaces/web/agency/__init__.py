"""The room of agencies: the nation profile in force, its routing and law, and a changed one."""
