"""Locks, addresses and licences: the planted fault is found, the real tree is clean."""

from email.message import Message
from importlib.metadata import Distribution, DistributionFinder
from pathlib import Path

import pytest
from tools.checks import supply
from tools.lock import pins

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def test_the_locks_belong_to_the_declarations(tree: Path):
    assert list(supply.check_locks(tree)) == []


def test_a_changed_dependency_makes_its_locks_stale(tree: Path):
    path = tree / "pyproject.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"pytest>=9"', '"pytest>=9.1"'), encoding="utf-8")
    assert [row.split(":")[0] for row in supply.check_locks(tree)] == ["requirements-dev.lock"]
    path.write_text(text.replace('"pytz>=2025.2"', '"pytz>=2025.3"'), encoding="utf-8")
    assert [row.split(":")[0] for row in supply.check_locks(tree)] == [
        "requirements.lock",
        "requirements-dev.lock",
        "requirements-bench.lock",
    ]


def test_a_version_that_leaves_the_runtime_lock(tree: Path):
    path = tree / "requirements-dev.lock"
    path.write_text(path.read_text(encoding="utf-8").replace("duckdb==1.5.5 ", "duckdb==1.5.6 "), encoding="utf-8")
    assert list(supply.check_locks(tree)) == ["requirements-dev.lock: duckdb differs from requirements.lock"]


def test_a_pin_without_hash(tree: Path):
    path = tree / "requirements.lock"
    path.write_text(path.read_text(encoding="utf-8") + "extra==1.0\n", encoding="utf-8")
    assert "requirements.lock: extra has no hash" in list(supply.check_locks(tree))


def test_every_pin_has_hashes():
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock"):
        found = pins(ROOT / name)
        assert len(found) > 40
        assert all("--hash=sha256:" in rest for rest in found.values())


@pytest.mark.parametrize(
    "text",
    [
        "see https://" + "pypi" + ".org/simple",
        "https://files." + "pythonhosted" + ".org/x",
        "--extra" + "-index-url https://example.com",
        "https://mirrors." + "example" + ".com/python",
        "open('" + "/ro" + "ot/data')",
        "cd " + "/ho" + "me/li/huiliu",
        "path = " + "/wo" + "rk/main/src",
        "(" + "/tm" + "p/w/x)",
    ],
)
def test_an_address_or_a_path_of_one_machine(tree: Path, plant, text: str):
    plant("docs/a.md", f"fine\n{text}\n")
    assert [row.rsplit(":", 1)[0] for row in supply.check_addresses(tree)] == ["docs/a.md:2"]


def test_harmless_texts_and_ignored_files_pass(tree: Path, plant):
    plant("docs/a.md", "$HOME/data, /tmp/work, http://127.0.0.1:8066/root/, ./home/lake, src/root\n")
    plant(".gitignore", "secret.txt\n")
    plant("secret.txt", "/ro" + "ot/x")
    assert list(supply.check_addresses(tree)) == []


class Package(Distribution):
    """A package with nothing but its metadata."""

    def __init__(self, **headers: str) -> None:
        self.headers = {
            "Name": "thing",
            "Version": "1",
            **{key.replace("_", "-"): value for key, value in headers.items()},
        }

    def read_text(self, filename: str) -> str | None:
        message = Message()
        for key, value in self.headers.items():
            message[key] = value
        return message.as_string() if filename == "METADATA" else None

    def locate_file(self, path: object) -> Path:
        raise NotImplementedError(DistributionFinder, path)


@pytest.mark.parametrize(
    "headers",
    [
        {"License_Expression": "AGPL-3.0-only"},
        {"License_Expression": "MIT AND GPL-3.0-or-later"},
        {"License_Expression": "LGPL-3.0-only"},
        {"License_Expression": "MIT AND (GPL-3.0-only OR (MIT AND AGPL-3.0-only))"},
        {"Classifier": "License :: OSI Approved :: GNU Affero General Public License v3"},
        {"License": "Commercial"},
        {},
    ],
)
def test_a_licence_outside_the_list(headers: dict[str, str]):
    assert len(list(supply.bad_licences([Package(**headers)]))) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"License_Expression": "MIT"},
        {"License_Expression": "GPL-2.0-only OR Apache-2.0"},
        {"License_Expression": "MPL-2.0 AND (GPL-2.0-only OR (ISC AND MIT))"},
        {"Classifier": "License :: OSI Approved :: BSD License", "License": "see file"},
        {"License": "Apache 2.0"},
        {"Name": "psycopg", "License_Expression": "LGPL-3.0-only"},
    ],
)
def test_an_allowed_licence(headers: dict[str, str]):
    assert list(supply.bad_licences([Package(**headers)])) == []


def test_an_exception_holds_for_its_licence_only():
    assert list(supply.bad_licences([Package(Name="psycopg", License_Expression="AGPL-3.0-only")])) == [
        "psycopg 1: AGPL-3.0-only"
    ]


def test_every_exception_has_a_reason():
    assert all(reason for _, reason in supply.EXCEPTIONS.values())
