"""What the end-to-end tests share."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from e2e.eve import AFTER, BEFORE, huiliu, path

PREPARE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""


@pytest.fixture(scope="session")
def built_eve(tmp_path_factory) -> Path:
    """The installation that every module's own is a copy of."""
    home = tmp_path_factory.mktemp("eve") / "home"
    assert huiliu(home, "demo", "create", "--persons", "600", "--seed", "5").returncode == 0
    settings = path(home) | {"DJANGO_SETTINGS_MODULE": "huiliu.config.settings"}
    subprocess.run([sys.executable, "-c", PREPARE], env=settings, check=True)
    later = [batch for batch in (home / "inbox").iterdir() if batch.name > BEFORE]
    for batch in later:
        batch.rename(home.parent / batch.name)
    assert huiliu(home, "night").returncode == 0
    (home.parent / AFTER).rename(home / "inbox" / AFTER)
    return home


@pytest.fixture(scope="module")
def eve(built_eve: Path, tmp_path_factory) -> Path:
    """An installation on the eve of a night: all earlier nights published, the later batches kept aside."""
    return shutil.copytree(built_eve.parent, tmp_path_factory.mktemp("eve") / "place") / "home"
