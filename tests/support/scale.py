"""How large tests run: numbers from tests/scale.toml, chosen by HUILIU_SCALE, and the seed they share."""

import os
import random
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

SCALES = Path(__file__).parent.parent / "scale.toml"

CI = os.environ.get("CI") == "true"

Scale = Callable[[str], int]


def examples(full: int) -> int:
    """How many examples of a property the fast tier tries: all in CI, an eighth at the desk."""
    return full if CI else max(3, full // 8)


def variants(cases: Iterable[Any], fast: int = 1) -> list[Any]:
    """Parameters of a test of which the first few stand for all in the fast tier; the others are slow."""
    plain = [case if isinstance(case, tuple) else (case,) for case in cases]
    marks = [[]] * fast + [[pytest.mark.slow]] * len(plain)
    return [pytest.param(*case, marks=mark) for case, mark in zip(plain, marks, strict=False)]


def read_scale(name: str) -> dict[str, int]:
    """The numbers of one section; an unknown HUILIU_SCALE is an error, never a silent default."""
    sections: dict[str, dict[str, int]] = tomllib.loads(SCALES.read_text(encoding="utf-8"))
    if name not in sections:
        raise pytest.UsageError(f"HUILIU_SCALE={name}: tests/scale.toml has only {', '.join(sections)}")
    return sections[name]


@pytest.fixture(scope="session")
def scale() -> Scale:
    """`scale("kills")` → how many, by HUILIU_SCALE (ci unless told)."""
    numbers = read_scale(os.environ.get("HUILIU_SCALE", "ci"))
    return numbers.__getitem__


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """HUILIU_SEED, or a fixed number: what a test draws at random must be drawn again by the same seed.

    The test's own name is mixed in, so that two tests do not kill at the same moments.
    """
    base = os.environ.get("HUILIU_SEED", "20250331")
    return random.Random(f"{base}:{request.node.name}").getrandbits(32)
