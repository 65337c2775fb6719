"""`python -m huiliu`."""

from huiliu.cli import main

main()
