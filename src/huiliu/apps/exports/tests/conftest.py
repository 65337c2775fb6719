"""A small list that can be exported, and people at their posts. Imports stand inside: read before Django is set up."""

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Site:
    """As much of the data folder as exports ask for."""

    root: Path
    is_demo: bool = False

    @property
    def lake(self) -> Path:
        return self.root / "lake"

    @property
    def fonts(self) -> Path:
        return self.root / "fonts"


@dataclass
class Register:
    """The rows of the source `trial`, as the test wants them: (part, values)."""

    rows: list[tuple[str, list[object]]] = field(default_factory=list)
    scopes: list[object] = field(default_factory=list)
    asked: list[object] = field(default_factory=list)
    full: bool = False
    counted: int | None = None
    told: dict[str, int] = field(default_factory=dict)


@pytest.fixture
def march(settings):
    from huiliu.kernel.clock import TZ, FixedClock

    settings.HUILIU_CLOCK = FixedClock(datetime(2025, 3, 31, 9, 0, tzinfo=TZ))
    return settings.HUILIU_CLOCK


@pytest.fixture
def register(settings, tmp_path, march):
    """Three rows of two counties, with a list of their own: `datahub.view_person` is the right to them."""
    from huiliu.apps.exports.services import SOURCES, Block, Content, ExportSource, Part
    from huiliu.documents.listing import ListColumn

    settings.HOME = Site(tmp_path / "home")
    settings.HOME.root.mkdir()
    made = Register([
        ("449902 源城区", ["44990000000001", "张*", Decimal("1234.50")]),
        ("449902 源城区", ["44990000000002", "=1+1", Decimal("0.10")]),
        ("449921 紫金县", ["44990000000003", "李*", None]),
    ])  # fmt: skip

    def found(wanted):
        made.asked.append((dict(wanted.parameters), wanted.split))
        made.scopes.append(wanted.scopes)
        return made.rows if wanted.scopes else []

    def parts(rows):
        found = [(*part.partition(" ")[::2], times) for part, times in Counter(part for part, _ in rows).items()]
        return [Part(code, name, made.told.get(code, times)) for code, name, times in found]

    def count(wanted):
        rows = len(found(wanted))
        return rows if made.counted is None else made.counted

    @contextmanager
    def open_(wanted):
        rows = found(wanted)
        name = ListColumn("姓名", "name", "L3", is_full=made.full)
        columns = (ListColumn("人员编码", "id"), name, ListColumn("金额", "money"))
        blocks = (Block([values], part.partition(" ")[0] if wanted.split else "") for part, values in rows)
        yield Content(columns, blocks, date(2025, 3, 30), 7, lambda: parts(rows))

    source = ExportSource("试验名单", "datahub.view_person", count, open_, {"county": "按县区"})
    SOURCES.add("trial", source)
    yield made
    del SOURCES._items["trial"]


@pytest.fixture
def people(db, register):
    """chen and wang are clerks, nei and he look after internal control."""
    from huiliu.apps.accounts.services import user_create
    from huiliu.apps.audit.services import SYSTEM

    posts = {"chen": "clerk", "wang": "clerk", "nei": "control", "he": "control"}
    return {
        name: user_create(username=name, display_name=f"{name}名", post=post, actor=SYSTEM).user
        for name, post in posts.items()
    }


@pytest.fixture
def ask(people):
    """`ask("chen", format="csv")`: chen asks for the list."""
    from huiliu.apps.audit.services import Actor
    from huiliu.apps.control.services.purposes import Asked as Purpose
    from huiliu.apps.exports.services import NewExport, export_ask

    def asked(name="chen", case="GD-2025-7", **more):
        wanted = NewExport("trial", "试验名单", Purpose(first_matter(), case), {"town": "城南"}, **more)
        return export_ask(user=people[name], wanted=wanted, actor=Actor(name))

    return asked


@pytest.fixture
def few(monkeypatch):
    """Whatever has more than two rows needs approval."""
    from huiliu.apps.exports.services import asking, building

    for module in (asking, building):
        monkeypatch.setattr(module, "limit_of_rows", lambda _clock: 2)


def first_matter():
    from django.conf import settings

    from huiliu.apps.control.selectors.purposes import accepted_matters

    return accepted_matters(settings.HUILIU_CLOCK.now().date())[0].code
