"""What needs approval and by which posts, one YAML file a kind; a new kind is a new file and its executor."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.money import to_fen
from huiliu.kernel.parameters import Parameter, Parameters
from huiliu.kernel.registry import Registry
from huiliu.kernel.yamls import load_yaml

AMOUNT = "amount_from"
DUTIES = {"check": "复核", "approve": "审批", "grant": "执行"}
_KNOWN = {"label", "basis", "steps", "applicant_post", "while_vacant"}
_STEP = {"name", "duty", "post", AMOUNT}


@dataclass(frozen=True)
class StepDefinition:
    """One signature: what it is called, its duty (check, approve, grant) and the post that gives it.

    `thresholds` holds the dated amount in yuan from which (inclusive) the step is needed; without one it always is.
    """

    name: str
    duty: str
    post: str
    thresholds: Parameters

    def threshold(self, day: date) -> Parameter | None:
        """The amount in force on a day, None if the step does not depend on it."""
        return self.thresholds.at(day).get(AMOUNT)

    def needed(self, amount_fen: int | None, day: date) -> bool:
        """Whether a request of this amount needs the step; an amount that is not known needs every step."""
        if not self.thresholds.history or amount_fen is None:
            return True
        threshold = self.threshold(day)
        return threshold is None or amount_fen >= to_fen(Decimal(str(threshold.value)))


@dataclass(frozen=True)
class ApprovalDefinition:
    """A kind of request: who may apply (empty: anybody) and the steps in order.

    `while_vacant` kinds are open only as long as nobody holds the post that is asked for.
    """

    code: str
    label: str
    basis: str
    steps: tuple[StepDefinition, ...]
    applicant_post: str = ""
    while_vacant: bool = False

    def needed(self, amount_fen: int | None, day: date) -> tuple[StepDefinition, ...]:
        """The steps a request of this amount in fen goes through on a day."""
        return tuple(step for step in self.steps if step.needed(amount_fen, day))


@cache
def definitions(*extra_roots: Path) -> Registry[ApprovalDefinition]:
    """Every kind of request by code (its file's name); further folders add kinds in `approvals/` and replace none.

    Raises APPROVAL-001 naming the file and what is wrong.
    """
    found: Registry[ApprovalDefinition] = Registry("审批事项")
    for root in (Path(__file__).parent, *(root / "approvals" for root in extra_roots)):
        for path in sorted(root.glob("*.yaml")):
            found.add(path.stem, read_definition(path))
    return found


def read_definition(path: Path) -> ApprovalDefinition:
    """One kind from its file."""
    data = load_yaml(path)
    if not isinstance(data, Mapping) or set(data) - _KNOWN or not (data.get("label") and data.get("basis")):
        raise _error(path, f"须有 label、basis 和 steps，且只能有 {'、'.join(sorted(_KNOWN))}")
    steps = tuple(_steps(path, data.get("steps")))
    if not any(not step.thresholds.history for step in steps):
        raise _error(path, "至少一个步骤须不论金额都要办理")
    return ApprovalDefinition(
        code=path.stem,
        label=str(data["label"]),
        basis=str(data["basis"]),
        steps=steps,
        applicant_post=str(data.get("applicant_post", "")),
        while_vacant=data.get("while_vacant") is True,
    )


def _steps(path: Path, steps: Any) -> Iterator[StepDefinition]:
    if not isinstance(steps, list) or not steps:
        raise _error(path, "steps 须逐步列出")
    for number, step in enumerate(steps, 1):
        if not isinstance(step, Mapping) or set(step) - _STEP or not (step.get("name") and step.get("post")):
            raise _error(path, f"第 {number} 步须有 name、duty、post，另可写 {AMOUNT}")
        if step.get("duty") not in DUTIES:
            raise _error(path, f"第 {number} 步的 duty 只能是 {'、'.join(DUTIES)}")
        amounts = {AMOUNT: step[AMOUNT]} if AMOUNT in step else None
        yield StepDefinition(
            str(step["name"]), str(step["duty"]), str(step["post"]), Parameters.read(amounts, path.name)
        )


def _error(path: Path, problem: str) -> HuiliuError:
    return HuiliuError(
        code="APPROVAL-001",
        message=f"审批事项 {path.name} 有误：{problem}",
        hint="请参照 catalog/approvals 中的其他文件。",
        facts={"file": path.name},
    )
