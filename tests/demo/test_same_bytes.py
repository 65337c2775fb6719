"""The same seed gives the same bytes in any process; another seed another city."""

import os
import subprocess
import sys

import pytest

from demo import replay
from huiliu.demo.city import create_city

SCRIPT = """
import sys
from pathlib import Path
from huiliu.demo.city import create_city
create_city({n}, {seed}, Path(sys.argv[1]))
"""


def _elsewhere(path, seed):
    """Made by another process, whose sets and dictionaries are in another order than ours."""
    environment = os.environ | {"PYTHONHASHSEED": "4242", "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", SCRIPT.format(n=300, seed=seed), str(path)], env=environment, check=True)
    return replay.digests(path)


def _here(path, seed):
    create_city(300, seed, path)
    return replay.digests(path)


@pytest.mark.slow
def test_same_seed_same_bytes(tmp_path):
    one = _here(tmp_path / "one", 5)
    assert _elsewhere(tmp_path / "two", 5) == one
    assert sum(name.endswith("manifest.json") for name in one) == 12
    assert _here(tmp_path / "three", 6) != one
