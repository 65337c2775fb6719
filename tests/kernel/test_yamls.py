"""Strict YAML: every trap is refused with its line, in Chinese."""

import importlib.util
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

import huiliu
from huiliu.kernel import yamls
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.yamls import load_yaml, parse_yaml


def test_values_arrive_exact():
    text = "a: 0.10\nb: 2023-12-01\nc: '001'\nd: true\ne: -3\nf: ~\ng: [1, 2]\n"
    text += "2023-12-01: {h: 死亡}\n'on': 1\n12.5 元: x\n"
    assert parse_yaml(text, "x.yaml") == {
        "a": Decimal("0.10"),
        "b": date(2023, 12, 1),
        "c": "001",
        "d": True,
        "e": -3,
        "f": None,
        "g": [1, 2],
        date(2023, 12, 1): {"h": "死亡"},
        "on": 1,
        "12.5 元": "x",
    }
    assert str(parse_yaml("a: 0.10", "x")["a"]) == "0.10"


@pytest.mark.parametrize(
    "text",
    [
        "ok: 1\na: 1\na: 2",  # the line named is the second
        "ok: 1\nx: 1\non: 1",
        "ok: 1\nx: 1\nyes: 1",
        "ok: 1\nx: 1\na: no",
        "ok: 1\nx: 1\na: 0117",
        "ok: 1\nx: 1\na: 089",
        "ok: 1\nx: 1\n001: a",
        "ok: 1\nx: 1\na: 00.5",
        "ok: 1\nx: 1\na: 1_000",
        "ok: 1\nx: 1\na: 12:30",
        "ok: 1\nx: 1\na: 0x1F",
        "ok: 1\nx: 1\na: .5",
        "ok: 1\nx: 1\na: .nan",
        "ok: 1\nx: 1\na: 2023-02-30",
        "ok: 1\nx: 1\na: 2023-12-01 08:00:00",
        "ok: 1\nx: &x 1\na: *x",
        "ok: 1\nx: 1\n1.5: a",
        "ok: 1\nx: 1\n~: a",
        "ok: 1\nx: 1\na: b: c",
        "ok: 1\nx: 1\n--- \nb: 1",
        "ok: 1\nx: 1\na: {b: 1, b: 2}",
    ],
)
def test_traps_are_refused_with_their_line(text):
    with pytest.raises(HuiliuError) as caught:
        parse_yaml(text, "rule.yaml")
    assert caught.value.code == "YAML-001"
    assert caught.value.facts == {"file": "rule.yaml", "line": 3}
    assert "rule.yaml 第 3 行" in str(caught.value)


@pytest.mark.parametrize(
    "text", ["!!python/object/apply:os.getcwd []", "a: !!python/name:os.system", "[" * 5000, "a: \x00"]
)
def test_hostile_text_is_an_error_of_the_file(text):
    with pytest.raises(HuiliuError, match="YAML-001"):
        parse_yaml(text, "x.yaml")


def test_files_are_utf8(tmp_path):
    path = tmp_path / "codes.yaml"
    path.write_bytes("label: 险种".encode("gb18030"))
    with pytest.raises(HuiliuError, match="UTF-8"):
        load_yaml(path)
    path.write_text("label: 险种", encoding="utf-8")
    assert load_yaml(path) == {"label": "险种"}


@pytest.mark.slow
def test_without_libyaml_everything_reads_the_same(monkeypatch):
    """Not every wheel brings it, least of all those for Loongson and Sunway."""
    monkeypatch.delattr("yaml.CSafeLoader")
    spec = importlib.util.spec_from_file_location("slow_yamls", yamls.__file__)
    slow = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(slow)
    assert slow._StrictLoader.__mro__[1] is yaml.SafeLoader
    files = sorted(Path(huiliu.__file__).parent.rglob("*.yaml"))
    assert len(files) > 30
    for path in files:
        assert repr(slow.load_yaml(path)) == repr(load_yaml(path)), path.name
    with pytest.raises(HuiliuError, match="第 2 行"):
        slow.parse_yaml("a: 1\na: 2", "x.yaml")
