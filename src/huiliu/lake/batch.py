"""A delivered folder as a value: from its manifest, or from its name and the feed when it has none."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Literal

from huiliu.kernel.digests import canonical_json, file_digest, sm3
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.periods import parse_day
from huiliu.lake.feed import Feed, Mode
from huiliu.lake.manifest import MANIFEST, UNSAFE, BrokenError, parse_manifest, read_manifest, shown
from huiliu.lake.mapping import TableMapping
from huiliu.lake.ranges import Range, parse_range
from huiliu.lake.records import Check, Outcome
from huiliu.lake.tables import Table

_NAME = re.compile(r"([0-9]{6})_([0-9]{8})(?:_r([1-9][0-9]{0,3}))?")
_UNFINISHED = (".part", ".tmp")

Origin = Literal["province", "front_end"]
Format = Literal["csv", "csv.gz", "csv.zip", "parquet", "xlsx"]


@dataclass(frozen=True)
class BatchFile:
    """One file as announced; `digest` and `size` are None if the manifest does not say.

    `seen` is the digest the file had when a folder without a manifest was looked at: it has to be read with the same.
    """

    name: str
    format: Format = "csv"
    digest: str | None = None
    size: int | None = None
    seen: str | None = None

    @property
    def compressed(self) -> bool:
        """True if what is in it takes more room than the file."""
        return self.format != "csv"


@dataclass(frozen=True)
class Closing:
    """The province's own totals of a table after the night."""

    rows: int
    sums: Mapping[str, Decimal]


@dataclass(frozen=True)
class Delivery:
    """What a batch says about one table; None where it says nothing. Sums are keyed by English column name."""

    table: str
    mode: Mode
    encoding: str
    delimiter: str
    files: tuple[BatchFile, ...]
    rows: int | None = None
    operations: Mapping[str, int] | None = None
    control_sums: Mapping[str, Decimal] | None = None
    change_time: tuple[datetime, datetime] | None = None
    closing: Closing | None = None
    quote: str = '"'
    range: Range | None = None
    mapping: TableMapping | None = None


@dataclass(frozen=True)
class Batch:
    """One complete folder. `declared` means that it has a manifest; `unknown` are tables the catalog does not have.

    `marks` are the files that hold no data but belong to the batch: its manifest, or the marker that ended it.
    """

    folder: Path
    name: str
    business_date: date
    division: str
    digest: str
    deliveries: Mapping[str, Delivery]
    sequence: int | None = None
    previous_digest: str | None = None
    declared: bool = True
    unknown: tuple[str, ...] = ()
    marks: tuple[str, ...] = (MANIFEST,)
    revision: int = 0
    origin: Origin = "province"

    @property
    def complete_full(self) -> bool:
        """True if nothing in it builds on an earlier batch."""
        return all(delivery.mode == "full" for delivery in self.deliveries.values())


@dataclass(frozen=True)
class Unread:
    """A folder that cannot be taken: still being written, or its manifest cannot be understood."""

    name: str
    outcome: Outcome
    check: Check
    digest: str | None = None

    @property
    def business_date(self) -> date | None:
        """From the folder's name, as far as it is one."""
        match = _NAME.fullmatch(self.name)
        return _day(match[2]) if match else None

    @property
    def division(self) -> str | None:
        match = _NAME.fullmatch(self.name)
        return match[1] if match else None

    @property
    def revision(self) -> int:
        match = _NAME.fullmatch(self.name)
        return int(match[3] or 0) if match else 0


def folders(inbox: Path) -> list[Path]:
    """The batch folders of an inbox in the order of their dates and revisions; hidden ones are not meant for us."""
    found = [path for path in inbox.iterdir() if path.is_dir() and not path.name.startswith(".")]
    return sorted(found, key=in_order)


def in_order(folder: Path) -> tuple[str, int, str]:
    """Sort key of batch folders: business date, then revision."""
    match = _NAME.fullmatch(folder.name)
    day = match[2] if match else folder.name.rpartition("_")[2]
    return day, int(match[3] or 0) if match else 0, folder.name


def read_batch(folder: Path, feed: Feed, tables: Mapping[str, Table]) -> Batch | Unread:
    """Understand a folder without reading its data files (a folder without a manifest is hashed)."""
    match = _NAME.fullmatch(folder.name)
    if match is None or _day(match[2]) is None:
        check = Check("batch_name", "批次文件夹名", None, "DDDDDD_YYYYMMDD，更正件加 _rN", "不符", "fail", "文件夹名")
        return Unread(shown(folder.name), Outcome.REFUSED, check)
    inside = [path for path in sorted(folder.iterdir()) if not path.name.startswith(".")]
    if links := sum(path.is_symlink() for path in (folder, *inside)):
        return _refused(folder, Check("links", "符号链接", None, "0 个", f"{links} 个", "fail", "文件夹"))
    names = [path.name for path in inside if path.is_file()]
    partial = [name for name in names if name.endswith(_UNFINISHED)]
    if partial or not names:
        return _waiting(folder, "写入完毕", f"{len(partial)} 个文件仍在写入" if partial else "空文件夹")
    if MANIFEST in names:
        return _mapped(_declared(folder, tables, names), feed)
    if MANIFEST in {name.lower() for name in names}:
        return _refused(folder, Check("manifest", "清单文件名", None, MANIFEST, "大小写不同", "fail", "文件夹"))
    return _mapped(_bare(folder, feed, tables, names), feed)


def _mapped(found: Batch | Unread, feed: Feed) -> Batch | Unread:
    """The batch with the province's names and codes, where the feed says that its files use them."""
    mappings = {name: entry.mapping for name, entry in feed.tables.items() if entry.mapping is not None}
    if isinstance(found, Unread) or found.origin == "front_end" or not mappings:
        return found  # what was read from a database is in the catalog's words already
    deliveries = {name: replace(told, mapping=mappings.get(name)) for name, told in found.deliveries.items()}
    return replace(found, deliveries=deliveries)


def gone(folder: Path) -> Unread:
    """A folder that was taken away while it was looked at; the next run sees what has become of it."""
    return _waiting(folder, "文件夹保持不动", "读取时被移走")


def no_manifest(batch: Batch) -> Unread:
    """A folder without a manifest where the batch before had one: its manifest, sent last, is most likely to come."""
    return _waiting(batch.folder, f"{MANIFEST}（上一批次附有清单）", "未到")


def _refused(folder: Path, check: Check, digest: str | None = None) -> Unread:
    return Unread(shown(folder.name), Outcome.REFUSED, check, digest)


def _waiting(folder: Path, expected: str, actual: str) -> Unread:
    check = Check("complete", "批次齐全", None, expected, actual, "none", "文件夹")
    return Unread(shown(folder.name), Outcome.WAITING, check)


def _declared(folder: Path, tables: Mapping[str, Table], names: list[str]) -> Batch | Unread:
    digest = None
    try:
        raw = read_manifest(folder)
        digest = f"sm3:{sm3(raw)}"
        batch = _batch(folder, parse_manifest(raw), digest, tables)
    except BrokenError as broken:
        where = f"{MANIFEST} {broken.where}"
        check = Check("manifest", "清单格式", None, "huiliu-batch/1", broken.problem, "fail", where)
        return _refused(folder, check, digest)
    absent = [file.name for delivery in batch.deliveries.values() for file in delivery.files if file.name not in names]
    if absent:
        return _waiting(folder, "清单所列文件全部到达", f"缺 {len(absent)} 个：{'、'.join(absent[:5])}")
    return batch


def _batch(folder: Path, value: Mapping[str, Any], digest: str, tables: Mapping[str, Table]) -> Batch:
    try:
        day = date.fromisoformat(value["business_date"])
    except ValueError:
        raise BrokenError("不是真实的日期", "business_date") from None
    revision = value.get("revision", 0)
    named = f"{value['division']}_{day:%Y%m%d}" + (f"_r{revision}" if revision else "")
    if not value["batch"] == named == folder.name:
        raise BrokenError("批次号、区划、业务日期、修订号与文件夹名不一致", "batch")
    known = {name: entry for name, entry in value["tables"].items() if name in tables}
    deliveries = {name: _delivery(tables[name], entry) for name, entry in known.items()}
    files = [file.name for delivery in deliveries.values() for file in delivery.files]
    if len(set(files)) != len(files):
        raise BrokenError("同一文件列出多次", "tables")
    return Batch(
        folder=folder,
        name=folder.name,
        business_date=day,
        division=value["division"],
        digest=digest,
        deliveries=deliveries,
        sequence=value["sequence"],
        previous_digest=value["previous_digest"],
        unknown=tuple(sorted(set(value["tables"]) - set(known))),
        revision=revision,
        origin=value.get("origin", "province"),
    )


def _delivery(table: Table, entry: Mapping[str, Any]) -> Delivery:
    form: Format = entry.get("format", "csv")
    files = tuple(BatchFile(f["name"], form, f.get("digest"), f.get("bytes")) for f in entry["files"])
    where = f"tables/{table.name}"
    if entry["mode"] != "increment" and not files:
        raise BrokenError("全量或按范围替换的表没有文件；未变化的表请写 increment", f"{where}/files")
    closing = entry.get("closing")
    sums = entry.get("control_sums")
    return Delivery(
        table=table.name,
        mode=entry["mode"],
        encoding=entry.get("encoding", "utf-8"),
        delimiter=entry.get("delimiter", ","),
        quote=entry.get("quote", '"'),
        files=files,
        rows=entry.get("rows"),
        operations=entry.get("operations"),
        control_sums=None if sums is None else _sums(table, sums, f"{where}/control_sums"),
        change_time=_change_time(entry.get("change_time"), f"{where}/change_time"),
        closing=closing and Closing(closing["rows"], _sums(table, closing["sums"], f"{where}/closing/sums")),
        range=_range(table, entry.get("range"), f"{where}/range"),
    )


def _range(table: Table, given: Mapping[str, Any] | None, where: str) -> Range | None:
    try:
        return None if given is None else parse_range(table, given)
    except ValueError as error:
        raise BrokenError(str(error), where) from None


def _sums(table: Table, given: Mapping[str, str], where: str) -> dict[str, Decimal]:
    """Sums by English name; an unknown column, or one named twice, would go unchecked and is refused."""
    names = {column.name: column.name for column in table.money} | {c.code: c.name for c in table.money}
    sums: dict[str, Decimal] = {}
    for key, amount in given.items():
        if key not in names or names[key] in sums:
            raise BrokenError("不是该表的金额列，或重复列出", f"{where}/{shown(key)}")
        sums[names[key]] = Decimal(amount)
    return sums


def _change_time(given: Mapping[str, str] | None, where: str) -> tuple[datetime, datetime] | None:
    if given is None:
        return None
    try:
        return datetime.fromisoformat(_micro(given["min"])), datetime.fromisoformat(_micro(given["max"]))
    except ValueError:
        raise BrokenError("不是真实的时间", where) from None


def _micro(text: str) -> str:
    whole, point, fraction = text.partition(".")
    return f"{whole}.{fraction:0<6}" if point else whole


def _bare(folder: Path, feed: Feed, tables: Mapping[str, Table], names: list[str]) -> Batch | Unread:
    """A folder without a manifest: everything from its name and the feed."""
    if feed.ready is not None and not any(_is_marker(feed, name) for name in names):
        return _waiting(folder, f"标志文件 {feed.ready}", "未到")
    if unsafe := sum(bool(UNSAFE.search(name)) for name in names):
        check = Check("file_name", "文件名", None, "UTF-8、无控制字符", f"{unsafe} 个不符", "fail", "文件夹")
        return _refused(folder, check)
    matched = {name: [f for f in names if entry.matches(f)] for name, entry in feed.tables.items() if name in tables}
    listed = sorted(file for found in matched.values() for file in found)
    if not listed:
        return _waiting(folder, "清单或供数说明所列的文件", "没有可识别的文件")
    if shared := {file for file in listed if listed.count(file) > 1}:
        check = Check("feed", "供数说明", None, "每个文件属于一张表", f"{len(shared)} 个属于多张表", "fail")
        return _refused(folder, replace(check, where="、".join(sorted(shared)[:5])))
    seen = {name: file_digest(folder / name) for name in listed}
    match = _NAME.fullmatch(folder.name)
    business_date = _day(match[2]) if match else None
    assert match is not None
    assert business_date is not None
    return Batch(
        folder=folder,
        name=folder.name,
        business_date=business_date,
        division=match[1],
        digest=f"sm3:{sm3(canonical_json([folder.name, *sorted(seen.items())]))}",
        deliveries={name: _undeclared(feed, name, found, seen) for name, found in matched.items() if found},
        declared=False,
        unknown=tuple(name for name in names if name not in seen and not _is_marker(feed, name)),
        marks=tuple(name for name in names if _is_marker(feed, name)),
        revision=int(match[3] or 0),
    )


def _undeclared(feed: Feed, table: str, names: Iterable[str], seen: Mapping[str, str]) -> Delivery:
    entry = feed.tables[table]
    files = tuple(BatchFile(name, format_of(name), seen=seen[name]) for name in names)
    return Delivery(table, entry.mode, entry.encoding, entry.delimiter, files, quote=entry.quote)


def format_of(name: str) -> Format:
    """What a file without a manifest is, by the end of its name."""
    ends: Mapping[str, Format] = {".gz": "csv.gz", ".zip": "csv.zip", ".parquet": "parquet", ".xlsx": "xlsx"}
    return ends.get(Path(name).suffix.lower(), "csv")


def _is_marker(feed: Feed, name: str) -> bool:
    """True if the file is the one that ends a delivery."""
    return feed.ready is not None and fnmatch(name.lower(), feed.ready.lower())


def _day(text: str) -> date | None:
    try:
        return parse_day(text)
    except HuiliuError:
        return None
