"""The command line: every command asks a service or the lake, prints Chinese, and ends with a usable status."""

from huiliu.cli.commands import main

__all__ = ["main"]
