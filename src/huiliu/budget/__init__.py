"""The money of one project in one year: events, the ledger they add up to, entries, rates; no Django."""
