"""The room of settings: what is configured, tokens, the feed, webhooks, notices by mail."""
