"""Floor 3: what never crosses.  Rooms never import each other; `now` is a parameter."""
