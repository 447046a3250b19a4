"""Banks, platforms and providers at home: who they are, and what they were asked to do."""
