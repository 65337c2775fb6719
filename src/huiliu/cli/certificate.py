"""`lake certificate`: a day's certificate with what it says, and verifying one on any machine."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from huiliu.cli.console import VERDICTS, out
from huiliu.config.boot import boot, migrate
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.signing import PublicKey, read_public_keys

if TYPE_CHECKING:
    from huiliu.lake.certificate_check import Examined
    from huiliu.lake.records import Check
    from huiliu.lake.snapshot import Library


def show(day: str, pdf: Path | None, copy: Path | None) -> int:
    """Verify the certificate of a day against this installation, print it, and write it where asked; 1 if unsound."""
    installation = boot("cli")
    migrate(installation)
    from huiliu.lake.certificate import find_certificate
    from huiliu.lake.certificate_check import examine
    from huiliu.lake.home import LakeHome
    from huiliu.lake.snapshot import Library

    lake, library = LakeHome(installation.home.lake), Library(installation.home.lake)
    effective = library.days() if library.pointer() else {}
    path = find_certificate(lake, _day(day), effective)
    raw = path.read_bytes()
    examined = examine(raw, _own_keys(), lake=lake, beside=path.parent)
    _print(examined)
    notes = _fate(examined, library, effective)
    for note in notes:
        out.print(f"  注意 {note}", style="yellow")
    if copy is not None:
        _write(copy, raw)
    if pdf is not None and examined.body is not None:
        _write(pdf, _pdf(raw, installation.home.fonts, notes))
    return 0 if examined.sound else 1


def verify(file: Path, key: Path | None, folder: Path | None, lake: Path | None) -> int:
    """Verify a certificate file with a public key file, or with the keys of this installation; 1 if unsound."""
    from huiliu.lake.certificate_check import examine
    from huiliu.lake.home import LakeHome

    _needs(folder)
    _needs(lake and lake / "catalog.sqlite")
    keys = _own_keys(start=True) if key is None else read_public_keys(_read(key))
    home = None if lake is None else LakeHome(lake)
    examined = examine(_read(file), keys, folder=folder, lake=home, beside=file.absolute().parent)
    _print(examined)
    if folder is None and lake is None:
        out.print(
            "只核验了证书本身。加 --folder 批次文件夹、--lake 回流库文件夹，可一并核对文件和库中内容。", style="dim"
        )
    return 0 if examined.sound else 1


def _fate(examined: "Examined", library: "Library", effective: Mapping[date, int]) -> tuple[str, ...]:
    """What became of the night since."""
    from huiliu.lake.certificate import fate

    if examined.body is None or library.pointer() is None:
        return ()
    night = examined.night
    standing = next((each.standing for each in library.history() if each.snapshot == night.snapshot), "")
    return fate(standing, night.business_date, effective)


def _day(text: str) -> date:
    for spelling in ("%Y-%m-%d", "%Y%m%d"):
        try:
            return datetime.strptime(text, spelling).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise HuiliuError(code="LAKE-060", message="日期写得不对", hint="请写成 2025-03-31 或 20250331。")


def _own_keys(*, start: bool = False) -> Mapping[str, PublicKey]:
    if start:
        migrate(boot("cli"))
    from django.conf import settings

    from huiliu.apps.datahub.selectors.certificates import public_keys

    return public_keys(settings.HUILIU_KEYS)


def _pdf(raw: bytes, fonts: Path, notes: Sequence[str]) -> bytes:
    from huiliu.documents.certificate import certificate_pdf
    from huiliu.documents.fonts import installed_fonts

    return certificate_pdf(raw, installed_fonts(fonts), notes)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        hint = "请核对路径和读取权限。"
    raise HuiliuError(code="LAKE-061", message=f"文件读不出来：{path.name}", hint=hint)


def _needs(path: Path | None) -> None:
    """A place that was typed wrong is no tampering."""
    if path is not None and not path.exists():
        hint = "请核对路径：--folder 是批次文件夹，--lake 是数据目录里的 lake。"
        raise HuiliuError(code="LAKE-061", message=f"没有这个位置：{path.name}", hint=hint)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    out.print(f"已写出 {path}", markup=False)


def _print(examined: "Examined") -> None:
    """The night in one line, then every check that did not pass, then how many did."""
    if examined.body is not None:
        night = examined.night
        level = f"{night.level.words}（{night.level} 级）" if night.level else ""
        rows = sum(table.rows for table in night.tables)
        out.print(f"批次 {night.batch}  {night.business_date}  快照 {night.snapshot}  {level}", markup=False)
        out.print(f"  {len(night.files)} 个文件  {len(night.tables)} 表 {rows:,} 行  核对 {len(night.checks)} 项")
    for check in examined.checks:
        if check.verdict != "pass":
            out.print(_line(check, examined))
    passed = sum(check.verdict == "pass" for check in examined.checks)
    colour, word = ("green", "核验通过") if examined.sound else ("red", "核验不通过")
    out.print(Text(f"● {word}", style=colour).append(f"：{passed} 项一致", style="default"))


def _line(check: "Check", examined: "Examined") -> Text:
    word, colour = VERDICTS[check.verdict]
    labels = examined.body["labels"] if examined.body else {}
    table = labels.get(check.table, {}).get("table", check.table) if check.table else ""
    line = Text("  ").append(f"{word} ", style=colour)
    line.append("  ".join(filter(None, (table, check.name, check.where))))
    for name, value in (("应为", check.expected), ("实为", check.actual)):
        if value is not None:
            line.append(f"  {name} {value}")
    return line
