"""Formats for simplified Chinese."""
