"""Pages: entering and leaving an exercise; the mark that every page of one has."""
