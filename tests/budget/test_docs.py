"""docs/budget.md against the code: its example does what it says, and it lists every code and every figure."""

import re
from datetime import date
from pathlib import Path

import pytest

from huiliu.budget.events import KINDS, Event
from huiliu.budget.timeliness import timeliness_figures
from huiliu.kernel.errors import HuiliuError

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/budget.md").read_text(encoding="utf-8")


def test_the_example_does_what_it_says():
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert code is not None
    before, refused, after = re.split(r"^(ledger\.check.*)\n", code[1], flags=re.MULTILINE)
    names: dict[str, object] = {}
    exec(before, names)
    with pytest.raises(HuiliuError) as caught:
        exec(refused, names)
    assert refused.split("# ")[1] == f"{caught.value.code}: {caught.value.message}"
    exec(after, names)
    shown = re.findall(r"^(book\[.*?\)) +# (\S+)$", after, re.MULTILINE)
    assert [eval(call, names) for call, _ in shown] == [text for _, text in shown] == ["78.80%", "100.00%"]


def test_every_code_is_listed_once():
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src/huiliu/budget").glob("*.py"))
    used = sorted({f"FUND-{number}" for number in re.findall(r"refused\(\s*(\d+)", source)})
    pages = PAGE + (ROOT / "docs/monitoring.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| (FUND-\d+) \|", pages, re.MULTILINE)) == used


def test_every_kind_and_figure_is_named(events: list[Event]):
    assert [kind for kind in KINDS if f"`{kind}`" not in PAGE] == []
    events = [*events, Event("15", "close", date(2024, 12, 31), 0)]
    ids = timeliness_figures(events, 2024, "quota", date(2024, 12, 31), 30)
    general = {re.sub(r"\d{6}", "YYYYMM", re.sub(r"^purpose\.\w+", "purpose.CODE", name)) for name in ids}
    plain = {re.sub(r"^(timeliness\.[a-z]+)(_shifted)?(\.(met|amount))?$", r"\1", name) for name in general}
    spoken = [name for name in plain if f"`{name}`" in PAGE or f"`.{name.split('.', 1)[1]}`" in PAGE]
    assert sorted(spoken) == sorted(plain)
    assert len(spoken) > 30
