"""The registry: one definition a code, and Chinese answers."""

import pytest

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.registry import Registry


def test_a_code_is_never_used_twice():
    rules: Registry[str] = Registry("规则")
    rules.add("FS-PEN-001", "one")
    with pytest.raises(HuiliuError, match="规则代码 FS-PEN-001 重复"):
        rules.add("FS-PEN-001", "one")
    assert rules["FS-PEN-001"] == "one"


def test_an_unknown_code_names_those_that_exist():
    rules: Registry[str] = Registry("规则")
    with pytest.raises(HuiliuError, match="（无）"):
        rules["FS-PEN-009"]
    rules.add("FS-PEN-001", "one")
    with pytest.raises(KeyError, match=r"没有规则 FS-PEN-009.*FS-PEN-001"):
        rules["FS-PEN-009"]
    assert "FS-PEN-009" not in rules
    assert rules.get("FS-PEN-009") is None
    assert (list(rules), list(rules.values()), len(rules)) == (["FS-PEN-001"], ["one"], 1)
