"""Certificates of published nights: where they are, who signed them, and whether they still hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings

from huiliu.apps.datahub.models import Night
from huiliu.apps.datahub.selectors.library import library
from huiliu.kernel.signing import PublicKey, Signer, by_fingerprint
from huiliu.lake.certificate import fate
from huiliu.lake.certificate_check import examine
from huiliu.lake.home import LakeHome

PURPOSE = "certificate"


class Keys(Protocol):
    """What is needed of the installation's keyring."""

    def ids(self, purpose: str) -> list[str]: ...
    def current(self, purpose: str) -> tuple[str, bytes]: ...
    def get(self, purpose: str, key_id: str) -> bytes: ...


def signer(ring: Keys) -> Signer:
    """Who signs now; the key is made on first use."""
    return Signer(ring.current(PURPOSE)[1])


def public_keys(ring: Keys) -> Mapping[str, PublicKey]:
    """Every key that ever signed here, newest first, by fingerprint: a rotation leaves old certificates valid."""
    return by_fingerprint(Signer(ring.get(PURPOSE, key_id)).public for key_id in reversed(ring.ids(PURPOSE)))


@dataclass(frozen=True)
class CertificateLine:
    """What a night's page says of its certificate; `problem` is empty where the signature holds.

    `notes` say what became of the night since.
    """

    name: str
    key: str
    problem: str
    notes: tuple[str, ...] = ()


def certificate_path(night: Night) -> Path | None:
    """The file of a published night's certificate; None where there is none yet."""
    if night.snapshot is None:
        return None
    path = LakeHome(settings.HOME.lake).certificates / f"{night.batch}.{night.snapshot}.json"
    return path if path.is_file() else None


def certificate_line(night: Night) -> CertificateLine | None:
    """The certificate of a night with its signature verified now."""
    path = certificate_path(night)
    if path is None:
        return None
    examined = examine(path.read_bytes(), public_keys(settings.HUILIU_KEYS))
    problem = next((check.actual or "" for check in examined.checks if check.verdict == "fail"), "")
    return CertificateLine(path.stem, night.key, problem, certificate_notes(night))


def certificate_notes(night: Night) -> tuple[str, ...]:
    """What became of a night after its certificate was signed."""
    return fate(night.standing, night.business_date, library().days())
