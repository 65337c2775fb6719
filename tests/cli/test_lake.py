"""The commands of the lake as a person runs them."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from huiliu.apps.datahub.selectors.compares import CompareLine
from huiliu.cli import certificate, compare, lake
from huiliu.cli.commands import app
from huiliu.kernel.clock import TZ
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.signing import Signer
from huiliu.lake import catalogue_copy
from huiliu.lake.certificate import certificate_body, signed
from huiliu.lake.compare.narrow import Difference
from huiliu.lake.compare.narrow import Outcome as Narrowed
from huiliu.lake.compare.results import Comparison
from huiliu.lake.records import CatalogueCopy, NightRecord, Outcome, Proof
from huiliu.lake.sources.config import SourceConfig


def test_the_catalogue_put_back_is_said_with_the_next_step(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(
        lake, "boot", lambda _kind: type("Installation", (), {"home": type("Home", (), {"lake": tmp_path})})
    )
    monkeypatch.setattr(
        catalogue_copy, "restore_catalogue", lambda _lake, **_how: CatalogueCopy("catalog.7.sqlite", "sm3:0")
    )
    lake.restore(force=False)
    said = capsys.readouterr().out
    assert "catalog.7.sqlite" in said
    assert "./run night" in said


SIGNER = Signer(bytes(range(32)))
NIGHT = NightRecord(
    batch="449900_20250331",
    outcome=Outcome.PUBLISHED,
    business_date=date(2025, 3, 31),
    division="449900",
    sequence=1,
    digest=f"sm3:{'0' * 64}",
    level=Proof.A,
    run_at=datetime(2025, 4, 1, 2, tzinfo=TZ),
    seconds=Decimal("1.5"),
    snapshot=1,
)


@pytest.fixture
def handed_on(tmp_path, monkeypatch):
    """A certificate and the public key on a machine that has no installation."""
    monkeypatch.setattr(certificate, "boot", lambda _kind: pytest.fail("needs an installation"))
    (tmp_path / "c.json").write_bytes(signed(certificate_body(NIGHT, {}, None, None, NIGHT.run_at), SIGNER))
    (tmp_path / "key.pem").write_text(SIGNER.public.pem())
    return tmp_path


def verify(folder, *more):
    words = ["lake", "certificate", "verify", str(folder / "c.json"), "--key", str(folder / "key.pem"), *more]
    return app(words, prog_name="./run", standalone_mode=False)


def test_a_certificate_verifies_where_nothing_is_installed(handed_on, capsys):
    assert verify(handed_on) == 0
    said = capsys.readouterr().out
    assert "批次 449900_20250331  2025-03-31  快照 1  完整（A 级）" in said
    assert "核验通过" in said


def test_a_changed_one_is_named_and_gives_status_1(handed_on, capsys):
    path = handed_on / "c.json"
    path.write_bytes(path.read_bytes().replace(b'"A"', b'"C"'))
    assert verify(handed_on) == 1
    said = capsys.readouterr().out
    assert "证书签名" in said
    assert "证书被改动：签名与内容不符" in said
    assert "449900" not in said, "nothing of an unproven certificate is repeated"


def test_a_file_that_is_not_there_is_said(handed_on):
    (handed_on / "key.pem").unlink()
    with pytest.raises(HuiliuError) as refused:
        verify(handed_on)
    assert refused.value.code == "LAKE-061"


@pytest.mark.parametrize("option", ["--folder", "--lake"])
def test_a_place_that_was_typed_wrong_is_no_tampering(handed_on, capsys, option):
    with pytest.raises(HuiliuError) as refused:
        verify(handed_on, option, str(handed_on / "nothing"))
    assert refused.value.code == "LAKE-061"
    assert capsys.readouterr().out == ""


def test_a_day_must_be_a_day():
    with pytest.raises(HuiliuError) as refused:
        certificate._day("31.3.2025")
    assert refused.value.code == "LAKE-060"
    assert certificate._day("20250331") == certificate._day("2025-03-31") == date(2025, 3, 31)


def a_source(name):
    return SourceConfig(name, "database", name, True, 7, {"engine": "postgresql"})


def test_which_front_end_to_compare_with_must_be_clear():
    both = [a_source("a"), a_source("b"), SourceConfig("files", "folder", "files", True, 7, {})]
    assert compare._chosen(both, "b").name == "b"
    assert compare._chosen(both[1:], None).name == "b"
    for sources, name in ((both, None), (both, "files"), ([], None)):
        with pytest.raises(HuiliuError) as refused:
            compare._chosen(sources, name)
        assert refused.value.code == "LAKE-066"


def test_a_comparison_is_one_line_a_table_with_the_columns_that_differ():
    differences = (Difference("changed", ("SECRET-KEY",), ("amount", "pay_state")),)
    found = Comparison(
        table="benefit_payment",
        source="front",
        snapshot=1,
        business_date=date(2025, 3, 31),
        source_date=date(2025, 3, 31),
        at=NIGHT.run_at,
        seconds=Decimal("2"),
        hashed=True,
        columns=("payment_no", "amount", "pay_state"),
        grain=1,
        outcome=Narrowed(5, 5, 1, 2, differences),
    )
    said = compare.line(CompareLine("", found)).plain
    assert "待遇支付明细 benefit_payment 不一致  内容不同 1 行" in said
    assert "amount 1 行，pay_state 1 行" in said
    assert "SECRET-KEY" not in said
