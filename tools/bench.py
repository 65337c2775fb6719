"""`./run bench [NAME …]`: runs the side-by-side scripts of bench/, all of them unless some are named."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def scripts(root: Path) -> list[str]:
    """The names that can be given: every module of bench/ that is not private."""
    return sorted(path.stem for path in (root / "bench").glob("*.py") if not path.stem.startswith("_"))


def main(names: list[str]) -> int:
    known = scripts(ROOT)
    if unknown := [name for name in names if name not in known]:
        sys.exit(f"没有这项测量：{'、'.join(unknown)}。可选：{'、'.join(known) or '无'}")
    worst = 0
    for name in names or known:
        print(f"== {name}", flush=True)
        worst = max(worst, subprocess.run([sys.executable, "-m", f"bench.{name}"], cwd=ROOT, check=False).returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
