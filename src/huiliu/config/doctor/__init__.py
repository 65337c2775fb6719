"""The examination of an installation: what `huiliu doctor` and the 等保 self-check measure, each check a function."""
