"""The commands of the lake as a person runs them."""

from huiliu.cli import lake
from huiliu.lake import catalogue_copy
from huiliu.lake.records import CatalogueCopy


def test_the_catalogue_put_back_is_said_with_the_next_step(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(
        lake, "boot", lambda _kind: type("Installation", (), {"home": type("Home", (), {"lake": tmp_path})})
    )
    monkeypatch.setattr(catalogue_copy, "restore_catalogue", lambda _lake: CatalogueCopy("catalog.7.sqlite", "sm3:0"))
    lake.restore()
    said = capsys.readouterr().out
    assert "catalog.7.sqlite" in said
    assert "./run night" in said
