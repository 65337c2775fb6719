"""Importing the settings makes nothing on disk, and their answers are safe ones."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from huiliu.config import settings as written

IMPORT = "import django; django.setup()"


@pytest.mark.slow
def test_importing_makes_nothing(tmp_path):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("HUILIU_")}
    environment |= {"PYTHONPATH": os.pathsep.join(sys.path), "DJANGO_SETTINGS_MODULE": "huiliu.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", IMPORT], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_debug_page_is_off_and_cookies_are_closed():
    assert settings.DEBUG is False
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_AGE == 12 * 3600
    assert written.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def test_each_transaction_locks_sqlite_at_its_start():
    default = settings.DATABASES["default"]
    if "sqlite" not in default["ENGINE"]:
        pytest.skip("运行于 PostgreSQL")
    assert default["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert default["ATOMIC_REQUESTS"] is False
