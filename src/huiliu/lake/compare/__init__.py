"""Compare a table of the library with a front-end database: checksums by key range that narrow down to rows."""
