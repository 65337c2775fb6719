"""Forms and filled templates written from the command line: whole files or none."""

import pytest

from huiliu.apps.performance.tests import conftest, test_printing
from huiliu.apps.performance.tests.test_printing import book, cells
from huiliu.cli import printing
from huiliu.kernel.errors import HuiliuError

pytestmark = pytest.mark.django_db
people, spring, year = conftest.people, conftest.spring, test_printing.year


def test_the_command_writes_the_filled_form_and_its_trace_or_nothing(year, tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "boot", lambda kind: None)
    monkeypatch.setattr(printing, "migrate", lambda installation: None)
    template, folder = tmp_path / "表.xlsx", tmp_path / "out"
    template.write_bytes(book())
    printing.fill(template, "xxh", 2025, folder / "填好.xlsx")
    assert sorted(one.name for one in folder.iterdir()) == ["填好.xlsx", "填好.xlsx.trace.json"]
    assert cells((folder / "填好.xlsx").read_bytes())[1][:3] == ["系统巡检次数", 20, 18.33]
    template.write_bytes(book(("C9", "{{aegncy}}")))
    with pytest.raises(HuiliuError) as refusal:
        printing.fill(template, "xxh", 2025, folder / "再填.xlsx")
    assert refusal.value.code == "DOC-020"
    with pytest.raises(HuiliuError) as refusal:
        printing.print_forms("xxh", 2025, "self-hubei", folder)
    assert refusal.value.code == "FORM-PRINT-002"
    assert len(list(folder.iterdir())) == 2
