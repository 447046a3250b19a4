"""Floor 5: what touches the world: stores, peers, files, clock."""
