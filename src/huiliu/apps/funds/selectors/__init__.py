"""Reads of projects and their money."""
