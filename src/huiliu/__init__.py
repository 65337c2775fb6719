"""回流 (huiliu): one night's files, a proven library, and the year's evaluation at the end of the same line."""

__version__ = "0.1.0"
