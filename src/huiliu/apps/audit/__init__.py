"""Who did or saw what: an append-only chain of events, each sealed with the one before it."""
