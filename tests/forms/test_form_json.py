"""A printed form as JSON that somebody damaged is refused by name, whatever is missing or of another type."""

import json

import pytest

from huiliu.forms.form_json import form_source
from huiliu.kernel.errors import HuiliuError

FORM = {
    "format": "huiliu-form/1", "form": "自评表", "title": "自评表", "subtitle": "", "corner": "单位：万元", "foot": "",
    "remarks": ["注：合成"],
    "cells": [{"row": 4, "column": 1, "rows": 1, "columns": 2, "address": "A4", "text": "项目名称"}],
}  # fmt: skip


def damaged():
    for name in FORM:
        if name != "format":
            yield {key: value for key, value in FORM.items() if key != name}
            if name != "form":  # a name is whatever it is called
                yield FORM | {name: 5}
    for name in FORM["cells"][0]:
        yield FORM | {"cells": [{key: value for key, value in FORM["cells"][0].items() if key != name}]}
    for name in ("row", "column", "rows", "columns"):
        yield FORM | {"cells": [FORM["cells"][0] | {name: "x"}]}
        yield FORM | {"cells": [FORM["cells"][0] | {name: -(10**9)}]}
        yield FORM | {"cells": [FORM["cells"][0] | {name: 10**9}]}
    yield FORM | {"cells": [FORM["cells"][0] | {"text": None}]}


def test_the_whole_form_is_a_grid():
    grid = form_source(json.dumps(FORM).encode(), "a.json").grids[0]
    assert [(cell.row, cell.column, cell.text) for cell in grid.cells] == [
        (0, 0, "自评表"), (2, 0, "单位：万元"), (3, 0, "项目名称"), (5, 0, "注：合成"),
    ]  # fmt: skip


@pytest.mark.parametrize("form", list(damaged()), ids=str)
def test_a_damaged_one_is_refused_by_name(form):
    with pytest.raises(HuiliuError, match=r"a\.json") as refused:
        form_source(json.dumps(form).encode(), "a.json")
    assert refused.value.code in ("FORM-006", "FORM-007")
