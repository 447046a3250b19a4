"""Pages of shares that no verb gives: giving, sources, consumers."""
