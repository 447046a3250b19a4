"""Floor 6: demo, simulation, benches and the check: what tries the rest."""
