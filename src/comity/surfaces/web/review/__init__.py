"""Pages of the review: figures, what is behind them, snapshots.  Floor: surfaces."""
