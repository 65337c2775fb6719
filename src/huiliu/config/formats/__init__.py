"""Dates and numbers as the product writes them."""
