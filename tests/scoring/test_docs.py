"""docs/evaluation.md tells every check code and figure there is."""

import re
from pathlib import Path

from huiliu.catalog.profiles import profiles
from huiliu.demo.heyuan_2024 import evaluations
from huiliu.scoring.evaluate import evaluate
from huiliu.scoring.exchange import read_table
from huiliu.scoring.findings import all_checks
from huiliu.scoring.reference import codes_table

DOC = (Path(__file__).parents[2] / "docs" / "evaluation.md").read_text(encoding="utf-8")


def test_table_of_codes_is_the_one_of_the_checks() -> None:
    printed = DOC.split("<!-- codes -->\n")[1].split("<!-- /codes -->")[0]
    assert printed == codes_table(), "write it anew from huiliu.scoring.reference.codes_table()"


def test_every_check_explains_itself_in_chinese_and_english() -> None:
    for item in all_checks().values():
        assert re.fullmatch(r"EV-[A-Z]\d\d", item.code)
        assert len(item.explanation) > 40
        assert re.search(r"[\u4e00-\u9fff]", item.label)


def test_every_family_of_figures_is_described() -> None:
    result = evaluate(read_table(evaluations()["heyuan-2024"]), profiles()["gd-heyuan-2024"])
    for figure_id in result.book:
        family = re.sub(r"\.\d+", ".N", figure_id).replace("sensitivity.initial", "sensitivity.BASIS")
        head, _, tail = family.rpartition(".")
        assert f"`{family}`" in DOC or f"`{family}" in DOC or (f"`{head}." in DOC and f"`.{tail}`" in DOC), family
