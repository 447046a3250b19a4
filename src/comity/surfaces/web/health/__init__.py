"""How the node stands: logs, mirrors, deliveries, matters by code; no content."""
