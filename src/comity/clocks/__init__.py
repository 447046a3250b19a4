"""Floor 2: deadlines over calendars that are data."""
