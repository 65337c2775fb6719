"""Handing out a night's certificate: verified first, written to the audit before it leaves."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.conf import settings

from huiliu.apps.audit.actions import action
from huiliu.apps.audit.services import Actor, Entry, record_alone
from huiliu.apps.datahub.models import Night
from huiliu.apps.datahub.selectors.agreement import NIGHT
from huiliu.apps.datahub.selectors.certificates import certificate_notes, certificate_path, public_keys
from huiliu.documents.certificate import certificate_pdf
from huiliu.documents.fonts import FontSet, installed_fonts
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.certificate_check import examine

OPENED = action("datahub.certificate_open", "下载夜间证书")
MEDIA = {"pdf": "application/pdf", "json": "application/json; charset=utf-8"}
Format = Literal["pdf", "json"]


@dataclass(frozen=True)
class CertificateFile:
    """Name, media type and bytes of one file."""

    name: str
    media: str
    content: bytes


def certificate_open(*, key: str, format_: str, actor: Actor, clock: Clock | None = None) -> CertificateFile | None:
    """The certificate of a night as signed JSON or as PDF; None if there is none of that night or format.

    Raises HuiliuError LAKE-063 for one that does not verify: nobody is handed a changed certificate.
    """
    night = Night.objects.filter(key=key).first()
    path = certificate_path(night) if night else None
    if night is None or path is None or format_ not in MEDIA:
        return None
    raw = path.read_bytes()
    _verify(raw, path)
    content = raw if format_ == "json" else certificate_pdf(raw, own_fonts(), certificate_notes(night))
    details = {"certificate": path.stem, "format": format_}
    record_alone(Entry(actor, OPENED, NIGHT, night.key, details=details), clock)
    return CertificateFile(f"{path.stem}.{format_}", MEDIA[format_], content)


def _verify(raw: bytes, path: Path) -> None:
    examined = examine(raw, public_keys(settings.HUILIU_KEYS))
    if not examined.sound:
        raise HuiliuError(
            code="LAKE-063",
            message=f"证书 {path.stem} 没有通过核验：{examined.checks[0].actual}",
            hint="请不要使用这份证书，报告管理员：先保全回流库文件夹，再从备份取回证书文件比对。",
        )


def own_fonts() -> FontSet:
    """The faces of this installation first."""
    return installed_fonts(settings.HOME.fonts)
