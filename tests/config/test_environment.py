"""Settings from the environment: defaults, errors that repeat no value, a data folder made only when asked."""

from pathlib import Path

import pytest

from huiliu.config.environment import EnvironmentSettings, Home, database_config, load
from huiliu.kernel.errors import HuiliuError

ROOT = Path(__file__).parent.parent.parent


def test_defaults_are_for_one_machine(monkeypatch):
    monkeypatch.delenv("HUILIU_HOME", raising=False)
    settings = load()
    assert (str(settings.home), settings.host, settings.port) == ("home", "127.0.0.1", 8066)
    assert (settings.database, settings.dev, settings.https) == ("", False, False)


def test_lists_are_split_at_commas(monkeypatch):
    monkeypatch.setenv("HUILIU_NAMES", "si.example.gov.cn, 10.1.2.3")
    assert load().names == ("si.example.gov.cn", "10.1.2.3")


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "eighty"), ("PORT", "70000"), ("DEV", "perhaps"), ("MEMORY_WEB", "plenty"), ("DIVISION", "4416")],
)
def test_a_wrong_variable_is_named_and_its_value_is_not_repeated(monkeypatch, name, value):
    monkeypatch.setenv(f"HUILIU_{name}", value)
    with pytest.raises(HuiliuError) as caught:
        load()
    assert caught.value.code == "CONFIG-001"
    assert f"HUILIU_{name}" in str(caught.value)
    assert value not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "said"), [("MLPS", "5", "应为 2 或 3"), ("PROCESS", "daemon", "应为 web、worker、night 或 cli")]
)
def test_a_word_out_of_a_list_is_answered_with_the_list(monkeypatch, name, value, said):
    monkeypatch.setenv(f"HUILIU_{name}", value)
    with pytest.raises(HuiliuError, match=said):
        load()


def test_memory_is_set_per_kind_of_process(monkeypatch):
    monkeypatch.setenv("HUILIU_MEMORY_NIGHT", "4GB")
    assert load().memory("night") == "4GB"
    assert load().memory("web") == "512MB"


def test_postgres_addresses_are_taken_apart(tmp_path):
    found = database_config("postgresql://huiliu:p%40ss@db.example:5433/business", Home(tmp_path))
    assert found["ENGINE"].endswith("postgresql")
    assert [found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "business", "huiliu", "p@ss", "db.example", "5433",
    ]  # fmt: skip


@pytest.mark.parametrize("url", ["mysql://u:secret@h/db", "postgresql://u:secret@h/", "secret"])
def test_other_addresses_are_refused_without_repeating_them(tmp_path, url):
    with pytest.raises(HuiliuError, match="CONFIG-002") as caught:
        database_config(url, Home(tmp_path))
    assert "secret" not in str(caught.value)


def test_the_folder_is_made_when_asked_and_only_for_its_owner(tmp_path):
    home = Home(tmp_path / "回流 home")
    with pytest.raises(HuiliuError, match="HOME-001"):
        home.require()
    assert not home.root.exists()
    home.create().require()
    assert home.keys.stat().st_mode & 0o777 == 0o700
    assert home.create() == home


def test_a_folder_that_is_there_and_was_never_prepared_says_what_to_do(tmp_path):
    with pytest.raises(HuiliuError, match="已存在，但还不是数据目录") as caught:
        Home(tmp_path).require()
    assert (caught.value.code, "./run up --empty" in caught.value.hint) == ("HOME-001", True)
    assert list(tmp_path.iterdir()) == []


def test_the_demo_flag_stays_with_the_folder(tmp_path):
    home = Home(tmp_path)
    assert not home.is_demo
    home.mark_demo()
    assert Home(tmp_path).is_demo


def test_a_folder_that_cannot_be_made_says_why(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(HuiliuError, match="HOME-002"):
        Home(tmp_path / "file" / "home").create()


def test_every_setting_is_described_with_its_default():
    rows = {}
    for line in (ROOT / "docs" / "settings.md").read_text("utf-8").splitlines():
        if line.startswith("| `HUILIU_"):
            name, default, meaning = (cell.strip() for cell in line.strip("|").split("|"))
            assert meaning
            rows[name.strip("`")] = default.strip("`")
    written = {
        f"HUILIU_{name.upper()}": _default(field.default) for name, field in EnvironmentSettings.model_fields.items()
    }
    assert rows == written


def _default(value) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value in {"", ()} else str(value)


def test_a_database_password_is_not_in_the_settings_text():
    assert "geheim" not in repr(load({"database": "postgresql://u:geheim@h/db"}))
