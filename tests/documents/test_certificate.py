"""The certificate as a page: what stands on it is what was signed."""

import json
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from documents.reading import page_count, pdf_text, words
from huiliu.documents.certificate import certificate_pdf
from huiliu.documents.fonts import find_fonts
from huiliu.kernel.clock import TZ
from huiliu.kernel.digests import sm3
from huiliu.kernel.signing import Signer
from huiliu.lake.certificate import certificate_body, signed
from huiliu.lake.records import CatalogueCopy, Check, FileRecord, NightRecord, Outcome, Proof, TableRecord
from huiliu.lake.tables import Column, table

SIGNER = Signer(bytes(range(32)))
ISSUED = datetime(2025, 4, 1, 2, 30, tzinfo=TZ)
DIGEST = "sm3:" + "0123456789abcdef" * 4
payment = table(
    name="payment",
    label="待遇支付",
    grain=("payment_no",),
    columns=(
        Column("payment_no", code="EAZ048", kind="id", label="支付明细序号"),
        Column("amount", code="AAE019", kind="money", label="待遇金额"),
    ),
)
NIGHT = NightRecord(
    batch="449900_20250331",
    outcome=Outcome.PUBLISHED,
    business_date=date(2025, 3, 31),
    division="449900",
    sequence=12,
    digest=DIGEST,
    level=Proof.B,
    run_at=datetime(2025, 4, 1, 2, tzinfo=TZ),
    seconds=Decimal("1.5"),
    tables=(
        TableRecord("payment", "full", 1234, {"I": 1200, "U": 30, "D": 4}, 98765, {"amount": "1234567.80"}, Proof.B),
    ),
    checks=(
        Check("rows", "行数", "payment", "1234", "1234"),
        Check("references", "引用存在", "payment", "I 0，U 12000，D 0", "I 0，U 11999，D 0", "warn", "AAC001 → person"),
        Check("closing_rows", "期末行数", "payment", None, "98765", "none"),
        Check("day_rows", "行数较上一夜", "payment", None, "26 行，少于 100 行不按比例判断", "none"),
        Check("day_rows", "行数较上一夜", "参保", None, "9 行，少于 100 行不按比例判断", "none"),
        Check("previous_digest", "前一批次摘要", None, DIGEST, DIGEST),
        Check("control_sum", "控制合计", "payment", "0.00", "0.00", where="AAE019"),
        Check("operations", "增删改数", "payment", "I 0，U 0，D 0", "I 0，U 0，D 0"),
    ),
    snapshot=7,
    files=(
        FileRecord("payment.csv.gz", "payment", 734003, DIGEST),
        FileRecord("manifest.json", None, 2048, "sm3:" + "f" * 64),
    ),
)


@pytest.fixture(scope="module")
def raw() -> bytes:
    copy = CatalogueCopy("catalog.7.sqlite", "sm3:" + "c" * 64)
    previous = {"name": "449900_20250330.6", "digest": "sm3:" + "a" * 64}
    return signed(certificate_body(NIGHT, {"payment": payment}, copy, previous, ISSUED), SIGNER)


@pytest.fixture(scope="module")
def page(raw: bytes, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("pdf") / "certificate.pdf"
    path.write_bytes(certificate_pdf(raw, find_fonts(), notes=("该夜已被 449900_20250331_r1.9 取代。",)))
    return words(pdf_text(path))


@pytest.mark.parametrize(
    "printed",
    [
        "业务日期为2025年3月31日的批次449900_20250331已通过全部必须一致的核对",
        "证明级别为B（已与前置库核对）",
        "该夜已被449900_20250331_r1.9取代。",
        "批次序号12",
        "收到2个文件，共736,051字节",
        "共1张表，交付1,234行，新增1,200行、修改30行、删除4行，入库后98,765行。",
        "共有核对：需注意1项，未比较3项，一致4项。",
        "待遇支付引用存在（AAC001→person）增0，改12,000，删0增0，改11,999，删0需注意",
        "没有对照数1期末行数（待遇支付）",
        "少于100行不按比例判断2行数较上一夜（待遇支付、参保）",
        "一致的核对项及项数：行数1、前一批次摘要1、控制合计1、增删改数1。",
        "待遇支付B全量1,2341,200/30/498,765",
        "待遇支付待遇金额1,234,567.80",
        "批次摘要" + DIGEST,
        "catalog.7.sqlite，sm3:cccccccc…cccccccc",
        "449900_20250330.6，sm3:aaaaaaaa…aaaaaaaa",
        "2025年4月1日",
    ],
)
def test_the_page_says_what_was_signed(page: str, printed: str) -> None:
    assert words(printed) in page


def test_digest_signature_and_key_stand_in_full(page: str, raw: bytes) -> None:
    assert f"sm3:{sm3(raw)}" in page
    signature = json.loads(raw)["signature"]
    assert signature["value"] in page
    assert signature["key"] in page


def test_equal_certificates_give_equal_pages(raw: bytes) -> None:
    fonts = find_fonts()
    assert certificate_pdf(raw, fonts) == certificate_pdf(raw, fonts)


def test_a_night_without_files_previous_or_copy_is_printed_too(tmp_path: Path) -> None:
    bare = replace(NIGHT, files=(), sequence=None, checks=())
    raw = signed(certificate_body(bare, {}, None, None, ISSUED), SIGNER)
    path = tmp_path / "bare.pdf"
    path.write_bytes(certificate_pdf(raw, find_fonts()))
    text = words(pdf_text(path))
    assert "入库记录没有逐个记载文件" in text
    assert "无，为第一份" in text
    assert "签发时没有保留" in text
    assert "批次序号未提供" in text


@pytest.mark.parametrize(
    ("kind", "printed"),
    [
        ("restore", "本证书证明：库已回退到业务日期为2025年3月31日的批次449900_20250331入库后的状态"),
        ("quarantine", "入库后，隔离区中的行经审批作了处理"),
        ("replay", "类别更正或回退后重新入库"),
    ],
)
def test_what_kind_of_act_it_was_is_said(kind: Any, printed: str, tmp_path: Path) -> None:
    aside = replace(NIGHT.tables[0], quarantined=1_234, rejected=5)
    night = replace(NIGHT, kind=kind, revision=2, tables=(aside,))
    path = tmp_path / "act.pdf"
    path.write_bytes(certificate_pdf(signed(certificate_body(night, {}, None, None, ISSUED), SIGNER), find_fonts()))
    text = words(pdf_text(path))
    assert printed in text
    assert "更正序号2" in text
    assert "payment1,2345" in text, "rows in quarantine"


def test_a_whole_night_is_read_on_four_pages(tmp_path: Path) -> None:
    """Twenty-two tables, half of them changed, three sums each, four hundred checks that agree and three not."""
    tables = [
        replace(
            NIGHT.tables[0],
            table=f"待遇支付{number}",
            operations={"I": number % 2, "U": 0, "D": 0},
            closing_sums={f"金额{column}": "273636673.43" for column in "甲乙丙"},
        )
        for number in range(22)
    ]
    agreed = [Check("closing_sum", f"期末合计{number % 20}", "payment", "1.00", "1.00") for number in range(400)]
    odd = [Check("references", "引用存在", "payment", "0 行", "7 行", "warn", "AAC001") for _ in range(3)]
    night = replace(NIGHT, tables=tuple(tables), checks=(*agreed, *odd))
    path = tmp_path / "whole.pdf"
    path.write_bytes(certificate_pdf(signed(certificate_body(night, {}, None, None, ISSUED), SIGNER), find_fonts()))
    assert page_count(path) <= 4
    text = words(pdf_text(path))
    assert "金额甲273,636,673.43" in text
    assert "本夜没有增改删的表，合计与前一夜相同，载于证书文件。" in text
    assert "期末合计320" in text
