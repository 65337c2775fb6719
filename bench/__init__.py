"""Side-by-side measurements; ratios are printed, never asserted."""
