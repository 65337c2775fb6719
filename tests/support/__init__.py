"""Fixtures that every test may use; loaded by conftest.py."""
