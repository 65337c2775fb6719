"""How the tree is kept: checks, locks, contracts. Not part of the product."""
