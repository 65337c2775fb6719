"""Counts by real processes, on either database: not marked both_dbs, for each parameter brings its own database."""

import os
import subprocess
import sys

import pytest

COUNT = """
import django; django.setup()
from huiliu.web.limits import count
for _ in range({times}): count("shared", 86400 * 365)
"""
READY = "from huiliu.config.boot import boot, migrate; migrate(boot('cli', create=True))"
TOTAL = "import django; django.setup(); from huiliu.web.limits import count; print(count('shared', 86400 * 365))"


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_no_count_is_lost_between_processes(tmp_path, database, request):
    url = "" if database == "sqlite" else request.getfixturevalue("postgres_url")
    environment = os.environ | {
        "HUILIU_HOME": str(tmp_path / "home"), "HUILIU_DATABASE": url, "PYTHONPATH": os.pathsep.join(sys.path),
        "DJANGO_SETTINGS_MODULE": "huiliu.config.settings",
    }  # fmt: skip

    def start(code: str) -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)

    assert start(READY).wait() == 0
    running = [start(COUNT.format(times=50)) for _ in range(4)]
    assert [process.wait() for process in running] == [0, 0, 0, 0]
    assert start(TOTAL).communicate()[0].strip() == "201"
