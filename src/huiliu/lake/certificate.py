"""The certificate of a published night: its committed record, signed, each naming the digest of the one before."""

import json
import os
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from huiliu.kernel.clock import Clock
from huiliu.kernel.digests import canonical_json, file_digest
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.signing import Signer
from huiliu.lake.home import LakeHome, sync_folder
from huiliu.lake.records import CatalogueCopy, NightRecord
from huiliu.lake.tables import Table

FORMAT = "huiliu-certificate/1"
ALGORITHM = "ed25519"


def certificate_name(night: NightRecord) -> str:
    """`<batch>.<snapshot>`: one certificate for each commit that was published."""
    return f"{night.batch}.{night.snapshot}"


def certificate_file(lake: LakeHome, night: NightRecord) -> Path:
    """Where a night's certificate is kept."""
    return lake.certificates / f"{certificate_name(night)}.json"


def find_certificate(lake: LakeHome, day: date, effective: Mapping[date, int]) -> Path:
    """The certificate of the commit that holds a day now, else the newest there ever was of that day.

    Raises HuiliuError LAKE-062 if there is none.
    """
    found = [path for path in lake.certificates.glob("*.json") if path.stem.split("_")[1][:8] == f"{day:%Y%m%d}"]
    holding = [path for path in found if _snapshot(path) == effective.get(day)]
    if not found:
        raise HuiliuError(
            code="LAKE-062",
            message=f"{day.isoformat()} 没有证书",
            hint="只有已发布的夜次才有证书；在运行一次 ./run night 时补签。",
        )
    return holding[0] if holding else max(found, key=_snapshot)


def fate(standing: str, day: date | None, effective: Mapping[date, int]) -> tuple[str, ...]:
    """What became of a night after its certificate was signed, as sentences; nothing where it still holds."""
    if standing == "superseded":
        now = effective.get(day) if day else None
        return (f"这一夜此后已被取代，该日现以快照 {now} 的内容为准。" if now else "这一夜此后已被取代。",)
    return ("这一夜此后已回退撤回，其内容不在用。",) if standing == "withdrawn" else ()


def write_certificates(
    lake: LakeHome, nights: Iterable[NightRecord], tables: Mapping[str, Table], signer: Signer, clock: Clock
) -> list[Path]:
    """Write the certificates that published nights still lack, oldest first, and give the new files.

    One that was made up for later holds no digest of the catalogue, whose copy of that night is no longer kept. After a
    catalogue was taken back to an older one, numbers repeat: certificates of commits that were given up are put aside.
    """
    lake.certificates.mkdir(exist_ok=True)
    known = {_snapshot(path): path for path in lake.certificates.glob("*.json")}
    pointer, written = lake.pointer(), []
    for night in sorted(nights, key=lambda each: each.snapshot or 0):
        assert night.snapshot is not None
        if pointer is None or (night.snapshot in known and _speaks_of(known[night.snapshot], night)):
            continue
        if night.snapshot in known:
            _put_aside(known[night.snapshot])
        copy = pointer.catalogue if night.snapshot == pointer.snapshot else None
        body = certificate_body(night, tables, copy, _previous(known, night.snapshot), clock.now())
        known[night.snapshot] = path = certificate_file(lake, night)
        _write_once(path, signed(body, signer))
        written.append(path)
    return written


def _speaks_of(path: Path, night: NightRecord) -> bool:
    """Read only where it may be of another commit: by its name, or because it is older than the night's run."""
    if path.stem != certificate_name(night):
        return False
    if path.stat().st_mtime >= night.run_at.timestamp():
        return True
    record = json.loads(path.read_bytes())["certificate"]["record"]
    return (record["digest"], datetime.fromisoformat(record["run_at"])) == (night.digest, night.run_at)


def _put_aside(path: Path) -> None:
    """It was true of a commit that the catalogue has no more; its name is needed again."""
    folder = path.parent / "given_up"
    folder.mkdir(exist_ok=True)
    path.rename(folder / f"{path.stem}.{file_digest(path).rpartition(':')[2][:16]}.json")


def certificate_body(
    night: NightRecord,
    tables: Mapping[str, Table],
    catalogue: CatalogueCopy | None,
    previous: Mapping[str, str] | None,
    issued_at: datetime,
) -> dict[str, Any]:
    """What is signed: the whole record of the night, and the words that a reader elsewhere needs to print it."""
    labels = {t.table: _labels(tables[t.table]) for t in night.tables if t.table in tables}
    return {
        "format": FORMAT,
        "issued_at": issued_at,
        "record": night.as_json(),
        "labels": labels,
        "catalogue": {"file": catalogue.file, "digest": catalogue.digest} if catalogue else None,
        "previous": previous,
    }


def _labels(table: Table) -> dict[str, Any]:
    return {"table": table.label, "columns": {column.name: column.label for column in table.money}}


def signed(body: Mapping[str, Any], signer: Signer) -> bytes:
    """The file's bytes: body and signature as one canonical JSON, so that any other spelling is a change too."""
    signature = {
        "algorithm": ALGORITHM,
        "key": signer.public.fingerprint,
        "value": signer.sign(signed_bytes(body)).hex(),
    }
    return canonical_json({"certificate": body, "signature": signature}) + b"\n"


def signed_bytes(body: Mapping[str, Any]) -> bytes:
    """The bytes under the signature; the format in front keeps it from answering for anything else."""
    return FORMAT.encode() + b"\n" + canonical_json(body)


def _snapshot(path: Path) -> int:
    number = path.stem.rpartition(".")[2]
    return int(number) if number.isdigit() else -1


def _previous(known: Mapping[int, Path], snapshot: int) -> dict[str, str] | None:
    before = max((number for number in known if 0 <= number < snapshot), default=None)
    return None if before is None else {"name": known[before].stem, "digest": file_digest(known[before])}


def _write_once(path: Path, content: bytes) -> None:
    """Whole or not at all, and never over another: of two runs at once the first one's certificate stands."""
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with partial.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(partial, path)
    except FileExistsError:
        return
    finally:
        partial.unlink(missing_ok=True)
    sync_folder(path.parent)
