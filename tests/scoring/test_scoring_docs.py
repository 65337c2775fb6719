"""docs/scoring.md tells every figure, code, profile and key there is."""

import re
from dataclasses import fields
from decimal import Decimal
from pathlib import Path

from huiliu.catalog.profiles import profiles
from huiliu.scoring.assess import Beside, assess
from huiliu.scoring.assessment import Declared, Version
from huiliu.scoring.profile import Profile
from scoring.targets import measured, money, target

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs" / "scoring.md").read_text(encoding="utf-8")
EVALUATION = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")


def test_every_key_of_a_profile_is_told() -> None:
    assert [field.name for field in fields(Profile) if f"`{field.name}`" not in DOC + EVALUATION] == []
    assert [name for name in profiles() if f"`{name}`" not in DOC + EVALUATION] == []


def test_every_code_is_told() -> None:
    parts = (ROOT / "src/huiliu/scoring", ROOT / "src/huiliu/apps/performance")
    sources = "".join(path.read_text(encoding="utf-8") for part in parts for path in part.rglob("*.py"))
    raised = set(re.findall(r'"((?:EV-)?(?:ASSESS|PROFILE)-\d+)[" ]', sources))
    assert raised == set(re.findall(r"\| ((?:EV-)?(?:ASSESS|PROFILE)-\d+) \|", DOC))


def test_every_family_of_figures_is_told() -> None:
    rows = [target("1", weight="50"), target("2", "range", "1", "40", upper="2", level1="效益"),
            target("3", level1="满意度", weight="10")]  # fmt: skip
    national = profiles()["national"]
    shifted = [target("1", weight="50"), target("2", weight="30", level1="效益"), rows[2]]
    rows[1] = target("2", "range", "1", "30", upper="2", level1="效益")
    said = Beside({code: Declared(Decimal(1)) for code in ("execution", "1", "2", "3")}, [Version("另一版", shifted)])
    result = assess(rows, {"1": measured("100"), "2": measured("2")}, national, money("10", "9", "8", "7"), said)
    for figure_id in result.book:
        family = re.sub(r"^version\.\d+\.", "", figure_id)
        if family.startswith(("authority", "quota", "payment")):
            continue
        family = re.sub(r"^(item|actual)\.[^.]+", r"\1.CODE", re.sub(r"^level\.\d+", "level.N", family))
        family = re.sub(r"^(sensitivity|basis)\.[^.]+", r"\1.BASIS", family)
        head, _, tail = family.rpartition(".")
        assert f"`{family}`" in DOC or (f"`{head}." in DOC and f"`.{tail}`" in DOC), family
