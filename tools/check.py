"""`./run check [NAME …]`: every check of the tree, one line each with its seconds; exit 1 if any finds a bad row."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.checks import code, product, supply

ROOT = Path(__file__).parent.parent
SHOWN = 40
AT_ONCE = 2  # most of them wait for a process of their own

Check = Callable[[Path], Iterator[str]]

CHECKS: Mapping[str, Check] = {  # the longest first: two at a time
    "types": code.check_types,
    "format": code.check_format,
    "lint": code.check_lint,
    "sizes": code.check_sizes,
    "imports": code.check_imports,
    "no ignored imports": code.check_ignores,
    "declared dependencies": code.check_declared,
    "locks": supply.check_locks,
    "addresses": supply.check_addresses,
    "licences": supply.check_licences,
    "glossary": product.check_glossary,
    "translations": product.check_translations,
    "migrations": product.check_migrations,
}


def run_check(name: str, check: Check, root: Path) -> bool:
    """True when it found nothing; a check that cannot run is a failed one."""
    started = time.monotonic()
    try:
        rows = list(check(root))
    except Exception as error:
        rows = [f"the check itself failed: {type(error).__name__}: {error}"]
    said = [f"{'FAIL' if rows else 'ok':4}  {name:22} {time.monotonic() - started:5.1f} s"]
    said += [f"      {row}" for row in rows[:SHOWN]]
    if len(rows) > SHOWN:
        said.append(f"      … and {len(rows) - SHOWN} more")
    print("\n".join(said) + "\n", end="", flush=True)  # whole, another check may print too
    return not rows


def main(names: list[str]) -> int:
    if unknown := set(names) - set(CHECKS):
        sys.exit(f"unknown: {', '.join(sorted(unknown))}; there are: {', '.join(CHECKS)}")
    chosen = [name for name in CHECKS if not names or name in names]
    with ThreadPoolExecutor(AT_ONCE) as workers:
        results = list(workers.map(lambda name: run_check(name, CHECKS[name], ROOT), chosen))
    print(f"{sum(results)} of {len(results)} checks passed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
