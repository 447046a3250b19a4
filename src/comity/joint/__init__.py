"""Floor 3: what both sides compute.  Rooms never import each other; `now` is a parameter."""
