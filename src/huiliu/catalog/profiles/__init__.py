"""Scoring profiles, one YAML file each; a new profile is a new file and nothing else."""

from functools import cache
from pathlib import Path

from huiliu.kernel.registry import Registry
from huiliu.scoring.profile import Profile
from huiliu.scoring.profile_reader import read_profiles


@cache
def profiles() -> Registry[Profile]:
    """Every profile of the catalog by id; `default` is the one used when none is named."""
    return read_profiles(Path(__file__).parent)
