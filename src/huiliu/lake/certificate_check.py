"""Verify a certificate with nothing but its bytes and public keys, and what it speaks of as far as that is at hand."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huiliu.kernel.digests import Algorithm, canonical_json, file_digest
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.signing import PublicKey
from huiliu.lake import ledger
from huiliu.lake.catalogue_copy import copy_problem
from huiliu.lake.certificate import ALGORITHM, FORMAT, signed_bytes
from huiliu.lake.engine import Engine, identifier
from huiliu.lake.home import LakeHome
from huiliu.lake.quarantine import NONE, Counts, counts
from huiliu.lake.records import CatalogueCopy, Check, FileRecord, NightRecord, TableRecord
from huiliu.lake.verify import CENT

_INTACT = "未改动"
MAX_BYTES = 64 << 20


@dataclass(frozen=True)
class Examined:
    """What was found; `body` is None unless form and signature are right, for then it may say anything."""

    body: Mapping[str, Any] | None
    checks: tuple[Check, ...]

    @property
    def sound(self) -> bool:
        """True if nothing that could be compared differs."""
        return all(check.verdict != "fail" for check in self.checks)

    @property
    def night(self) -> NightRecord:
        """The record that was signed."""
        assert self.body is not None
        return NightRecord.from_json(self.body["record"])


def examine(
    raw: bytes,
    keys: Mapping[str, PublicKey],
    *,
    folder: Path | None = None,
    lake: LakeHome | None = None,
    beside: Path | None = None,
) -> Examined:
    """Form and signature; then the delivered files in `folder`, the content of `lake`, the certificate `beside` it.

    `beside` is the folder where the certificate before this one may lie. Nothing is trusted before the signature.
    """
    body, check = _opened(raw, keys)
    if body is None:
        return Examined(None, (check,))
    examined = Examined(body, (check,))
    checks = [check, *_previous(body, beside, lake)]
    if folder is not None:
        checks += _files(examined.night, folder)
    if lake is not None:
        checks += _catalogue(body, lake)
        checks += _lake(examined.night, lake)
    return Examined(body, tuple(checks))


def _opened(raw: bytes, keys: Mapping[str, PublicKey]) -> tuple[Mapping[str, Any] | None, Check]:
    """The signed body, and the check of form and signature."""
    named = Check("certificate_signature", "证书签名", None, "签名有效", None, "fail")
    try:
        value = json.loads(raw[:MAX_BYTES])
        body, signature = value["certificate"], value["signature"]
        algorithm, key, text = signature["algorithm"], signature["key"], signature["value"]
        exact = canonical_json(value) + b"\n" == raw and body["format"] == FORMAT and algorithm == ALGORITHM
        exact = exact and text == bytes.fromhex(text).hex()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None, _told(named, "不是本系统的证书，或已被改动")
    if not exact:
        return None, _told(named, "证书被改动：内容不是签发时的写法")
    if key not in keys:
        return None, _told(named, "签名所用的公钥不在给出的公钥之中")
    if not keys[key].verifies(bytes.fromhex(text), signed_bytes(body)):
        return None, _told(named, "证书被改动：签名与内容不符")
    return body, Check("certificate_signature", "证书签名", None, "签名有效", "签名有效", "pass")


def _told(check: Check, actual: str) -> Check:
    return Check(check.code, check.name, None, check.expected, actual, "fail")


def _previous(body: Mapping[str, Any], beside: Path | None, lake: LakeHome | None) -> Iterator[Check]:
    """The link to the certificate before: a changed, replaced or made-up one has another digest.

    The lake keeps them all, so there it may not be missing.
    """
    previous = body["previous"]
    if previous is None:
        return
    where = Path(f"{previous['name']}.json").name
    places = [place / where for place in (beside, lake.certificates if lake else None) if place is not None]
    digest = next(filter(None, (_digest(path, "sm3") for path in places)), None)
    if digest is None and lake is None:
        yield Check("certificate_previous", "前一份证书", None, previous["digest"], None, "none", where)
    else:
        yield _compared("certificate_previous", "前一份证书", previous["digest"], digest, where)


def _files(night: NightRecord, folder: Path) -> Iterator[Check]:
    """Every file as it was delivered, and none besides."""
    if not night.files:
        yield Check("certificate_file", "交付文件", None, None, None, "none", "证书没有记载文件")
    for file in night.files:
        name = "批次清单" if file.table is None else "交付文件"
        digest = _digest(folder / Path(file.name).name, _algorithm(file))
        yield _compared("certificate_file", name, file.digest, digest, file.name)
    listed = {file.name for file in night.files}
    more = sum(path.name not in listed for path in folder.iterdir()) if folder.is_dir() else 0
    if night.files and more:
        yield Check("certificate_file", "证书以外的文件", None, "0", str(more), "warn")


def _algorithm(file: FileRecord) -> Algorithm:
    return "sha256" if file.digest.startswith("sha256:") else "sm3"


def _catalogue(body: Mapping[str, Any], lake: LakeHome) -> Iterator[Check]:
    """The copy of the catalogue, of which only the last two are kept."""
    copy = body["catalogue"]
    if copy is None:
        return
    named = CatalogueCopy(copy["file"], copy["digest"])
    kept = [path.name for path in lake.catalogue_copies()]
    due = not kept or named.file in kept or _number(named.file) > min(map(_number, kept))
    if not due:
        yield Check("certificate_catalogue", "目录库副本", None, None, "已按期清理", "none", named.file)
        return
    actual = copy_problem(lake, named) or _INTACT
    yield Check("certificate_catalogue", "目录库副本", None, _INTACT, actual, where=named.file).judged()


def _number(name: str) -> int:
    return int(name.split(".")[1])


def _lake(night: NightRecord, lake: LakeHome) -> Iterator[Check]:
    """The commit of that snapshot, and rows and sums of every table as of it."""
    try:
        with lake.open_for_reading() as engine:
            known = {each.snapshot: each for each in ledger.nights(engine)}
            if night.snapshot not in known:
                yield _no_commit(night, known)
                return
            same = canonical_json(known[night.snapshot].as_json()) == canonical_json(night.as_json())
            where = f"快照 {night.snapshot}"
            actual = "与证书一致" if same else "与证书不一致"
            yield Check("certificate_commit", "提交记录", None, "与证书一致", actual, where=where).judged()
            for table in night.tables:
                yield from _content(engine, table, night.snapshot)
            yield from _quarantine(engine, night)
    except HuiliuError as error:
        yield Check("certificate_lake", "回流库", None, "可以读取", error.message, "fail")


def _no_commit(night: NightRecord, known: Mapping[int | None, NightRecord]) -> Check:
    """An old snapshot may have been expired; a later one than the newest was never there, or the lake is another."""
    newest = max((number for number in known if number is not None), default=0)
    expired = (night.snapshot or 0) < newest
    actual = "快照已清理，未核对" if expired else "没有这个快照"
    where = f"快照 {night.snapshot}"
    return Check("certificate_commit", "提交记录", None, "与证书一致", actual, "none" if expired else "fail", where)


def _content(engine: Engine, table: TableRecord, snapshot: int | None) -> Iterator[Check]:
    sums = "".join(f", coalesce(sum({identifier(name)}), 0)" for name in table.closing_sums)
    source = f"lake.{identifier(table.table)} AT (VERSION => {snapshot})"
    try:
        rows, *found = engine.one(f"SELECT count(*){sums} FROM {source}")
    except HuiliuError:
        yield Check("certificate_rows", "库中行数", table.table, str(table.closing_rows), "读不出来", "fail")
        return
    yield Check("certificate_rows", "库中行数", table.table, str(table.closing_rows), str(rows)).judged()
    for (name, told), amount in zip(table.closing_sums.items(), found, strict=True):
        actual = f"{amount.quantize(CENT):f}"
        yield Check("certificate_sum", "库中合计", table.table, told, actual, where=name).judged()


def _quarantine(engine: Engine, night: NightRecord) -> Iterator[Check]:
    """Rows set aside at that snapshot, where there are or should be any."""
    told = {table.table: Counts(table.quarantined, table.rejected) for table in night.tables}
    try:
        found = counts(engine, version=night.snapshot)
    except HuiliuError:  # a lake of before there was a quarantine
        found = {}
    for name in sorted(told.keys() | found.keys()):
        expected, actual = (
            f"待处理 {each.held}，不予入库 {each.rejected}" for each in (told.get(name, NONE), found.get(name, NONE))
        )
        if told.get(name, NONE).rows or found.get(name, NONE).rows:
            yield Check("certificate_quarantine", "隔离区行数", name, expected, actual).judged()


def _digest(path: Path, algorithm: Algorithm) -> str | None:
    try:
        return file_digest(path, algorithm)
    except (FileNotFoundError, IsADirectoryError):
        return None


def _compared(code: str, name: str, expected: str, actual: str | None, where: str) -> Check:
    return Check(code, name, None, expected, actual or "缺失", where=where).judged()
