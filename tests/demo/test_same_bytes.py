"""The same seed gives the same bytes in any process; another seed another city."""

import os
import subprocess
import sys

from demo import replay

SCRIPT = """
import sys
from pathlib import Path
from huiliu.demo.city import create_city
create_city({n}, {seed}, Path(sys.argv[1]))
"""


def _make(path, seed, hash_seed):
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", SCRIPT.format(n=300, seed=seed), str(path)], env=environment, check=True)
    return replay.digests(path)


def test_same_seed_same_bytes(tmp_path):
    one, two = _make(tmp_path / "one", 5, "1"), _make(tmp_path / "two", 5, "4242")
    assert one == two
    assert sum(name.endswith("manifest.json") for name in one) == 12
    assert _make(tmp_path / "three", 6, "1") != one
