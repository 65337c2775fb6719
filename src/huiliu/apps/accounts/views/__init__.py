"""Pages of accounts: the way in, one's own sessions and keys, and what administrators see of them."""
