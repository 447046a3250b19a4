"""What people and machines call: each surface parses, calls `comity.node`, renders."""
