"""What can be exported: each part registers its lists as sources of rows, read under the asker's present rights."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from huiliu.apps.accounts.selectors import Scope, has_permission, scopes
from huiliu.apps.exports.models import LISTS
from huiliu.apps.jobs.services import Work
from huiliu.documents.listing import ListColumn, ListWriter
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.registry import Registry

EXPORT = "query.export"


@dataclass(frozen=True)
class Wanted:
    """Whose rows: the asker, what their grants reach at this moment, the stored parameters, and how to split."""

    user: Any
    scopes: Sequence[Scope]
    parameters: Mapping[str, Any] = field(repr=False)
    split: str = ""


@dataclass(frozen=True)
class Part:
    """One part of a split list: code ("" where the rows say none), the place's name, its rows by a count of its own."""

    code: str
    name: str
    rows: int


@dataclass(frozen=True)
class Block:
    """Some rows of one part, named by its code; all rows of a part follow each other."""

    rows: Sequence[Sequence[Any]] = field(repr=False)
    part: str = ""


@dataclass(frozen=True)
class Content:
    """What a source gives: columns, rows in blocks, masked already, and which day of the library they are from.

    `parts`, asked of a split list alone, tells every part before its rows come. `writer` is how a source writes its
    rows by itself, whatever the format; it opens the file of a path.
    """

    columns: Sequence[ListColumn]
    blocks: Iterator[Block] = field(repr=False)
    as_of: date | None = None
    snapshot: int | None = None
    parts: Callable[[], Sequence[Part]] = tuple
    writer: Callable[[Path], ListWriter] | None = None


@dataclass(frozen=True)
class Making:
    """What a source needs that writes its files itself: into which folder, how, what for, and where to say how far."""

    folder: Path
    format: str
    purpose: str
    work: Work


@dataclass(frozen=True)
class Written:
    """What it wrote: rows, which data, and what is shown of them with the export (`tables`, `checks`, `notes`)."""

    rows: int
    as_of: date
    snapshot: int
    told: Mapping[str, Any]


@dataclass(frozen=True)
class ExportSource:
    """A kind of list. `permission` is the right to its rows; `splits` are the ways to split it, code → words; where
    that depends on what is listed, `fits` tells by the parameters which of them do.

    `count` and `open` see a `Wanted` made from the rights of the moment: what is out of reach is not there. `open` is
    also asked for the columns alone: it reads no row before the first block is taken. `sweep` runs once a day,
    after expired files were removed: what a source keeps for its exports goes with them. A source whose files are no
    lists `write`s them itself. With `approval`, a kind of request, none leaves without a second person, however short.
    `beside` names the other permissions by which its rows say more than without: a file keeps those it was made with.
    """

    label: str
    permission: str
    count: Callable[[Wanted], int]
    open: Callable[[Wanted], AbstractContextManager[Content]]
    splits: Mapping[str, str] = field(default_factory=dict)
    sweep: Callable[[], Any] = lambda: None
    fits: Callable[[Mapping[str, Any]], Container[str]] | None = None
    formats: Sequence[str] = LISTS
    write: Callable[[Wanted, Making], Written] | None = None
    approval: str = ""
    beside: Callable[[Wanted], Sequence[str]] = lambda _wanted: ()

    def splits_for(self, parameters: Mapping[str, Any]) -> dict[str, str]:
        """The ways to split what these parameters list."""
        fit = self.splits if self.fits is None else self.fits(parameters)
        return {code: words for code, words in self.splits.items() if code in fit}


SOURCES: Registry[ExportSource] = Registry("导出来源")


def may_export(user: Any, source: ExportSource) -> bool:
    """Whether somebody may export these rows now."""
    return bool(user.is_active and has_permission(user, EXPORT) and has_permission(user, source.permission))


def kept_reach(wanted: Wanted, source: ExportSource) -> list[list[Any]]:
    """What a file is made with, as a row keeps it: of each scope division, schemes, level, and permissions beside."""
    beside = list(source.beside(wanted))
    return [[scope.division, sorted(scope.schemes), scope.level, beside] for scope in wanted.scopes]


def still_reached(user: Any, source: ExportSource, kept: Sequence[Sequence[Any]]) -> bool:
    """Whether today's scopes hold each that a file was made with, to its level, and the permissions beside are there.

    A key may have been given less than its owner has: then it does not fetch what the owner's rights made.
    """
    today = scopes(user, source.permission)
    held = all(has_permission(user, code) for _division, _schemes, _level, *beside in kept for code in chain(*beside))
    return held and all(any(_holds(now, *then[:3]) for now in today) for then in kept)


def _holds(now: Scope, division: str, schemes: Sequence[str], level: str) -> bool:
    reached = not now.schemes or (bool(schemes) and now.schemes.issuperset(schemes))
    return now.division in ("", division) and reached and now.level >= level


def wanted_of(user: Any, source: ExportSource, parameters: Mapping[str, Any], split: str) -> Wanted:
    """What is asked, under the rights of this moment; EXPORT-001 without them."""
    if not may_export(user, source):
        hint = "如工作需要，请在“申请与审批”中申请岗位权限。"
        raise HuiliuError(code="EXPORT-001", message=f"您现在没有导出“{source.label}”的权限", hint=hint)
    return Wanted(user, scopes(user, source.permission), parameters, split)
