"""Where files of exports lie: sealed under an opaque key, readable by the owner only."""

from pathlib import Path

from django.conf import settings

PURPOSE = "export"  # of the installation's key
SUFFIX = ".sealed"


def folder() -> Path:
    """The folder of sealed files, made if need be."""
    place: Path = settings.HOME.root / "exports"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def sealed_path(key: str) -> Path:
    """The sealed file of an export; its name begins with nothing that can be guessed."""
    return folder() / f"{key}{SUFFIX}"


def workshop(key: str) -> Path:
    """Where an export is being made; it goes away with the work, whatever way that ends."""
    return folder() / f"{key}.making"
