"""Checks of what comes from outside: locks, addresses and paths of one machine, licences."""

import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path

from tools.lock import stale_locks

# An address of a registry belongs to a machine's settings; written so that this file does not match itself.
REGISTRIES = (
    "pypi[.]org",
    "pythonhosted[.]org",
    "npmjs[.](org|com)",
    "registry[.][a-z]+[.][a-z]+",
    "(pypi|mirrors?)[.][a-z0-9-]+[.](com|cn|edu|org)",
    "[-]-(extra-)?index-url",
    "[-]-(find-links|trusted-host)",
)
# Paths as they look on the machines of those who write this.
MACHINE_PATHS = (
    "/(root|Users)(?=/|$|[^a-z0-9_])",
    "/home/[a-z]",
    "/wor[k]/(main|shared)",
    "/tm[p]/w(?![a-z])",
    "/op[t]/wheels",
)
FORBIDDEN = re.compile("|".join([*REGISTRIES, *(rf"(?<![\w.*${{}}-]){path}" for path in MACHINE_PATHS)]))

ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MPL-2.0", "OFL-1.1", "PSF-2.0",
    "CC0-1.0", "Python-2.0", "Unlicense", "Zlib",
}  # fmt: skip
# What a package writes when it writes no SPDX expression.
PLAIN_NAMES = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "SIL Open Font License 1.1 (OFL-1.1)": "OFL-1.1",
    "The Unlicense (Unlicense)": "Unlicense",
}
NO_LICENCE_NAMES = {"OSI Approved", "DFSG approved"}
EXCEPTIONS: Mapping[str, tuple[str, str]] = {
    "paramiko": ("LGPL-2.1", "unmodified wheel, used as a library"),
    "psycopg": ("LGPL-3.0-only", "unmodified wheel, used as a library"),
    "psycopg-binary": ("LGPL-3.0-only", "unmodified wheel, used as a library"),
    "pycryptodomex": ("BSD-3-Clause AND Public Domain", "its older parts are in the public domain; needed by pyzipper"),
    "pypdfium2": (
        "BSD-3-Clause, Apache-2.0, dependency licenses",
        "tests only; the dependencies of PDFium are permissive",
    ),
}


def check_locks(root: Path) -> Iterator[str]:
    """Locks that do not belong to pyproject.toml or to each other."""
    yield from stale_locks(root)


def check_addresses(root: Path) -> Iterator[str]:
    """Registry addresses and paths of one machine in files that are, or would be, tracked."""
    for name in tracked_files(root):
        try:
            text = (root / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if found := FORBIDDEN.search(line):
                yield f"{name}:{number}: {found.group()}"


def tracked_files(root: Path) -> list[str]:
    """What git holds, and what it would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    return sorted(name for name in listed.split("\0") if name)


def check_licences(root: Path) -> Iterator[str]:
    """Installed packages whose licence is neither allowed nor excepted with a reason."""
    yield from bad_licences(distributions())


def bad_licences(packages: Iterable[Distribution]) -> Iterator[str]:
    """One row per package; a licence that cannot be read is bad too."""
    for package in packages:
        found = licence(package)
        name = package.name.lower().replace("_", "-")
        excepted = name in EXCEPTIONS and EXCEPTIONS[name][0] == found
        if not excepted and not is_allowed(found):
            yield f"{package.name} {package.version}: {found or 'no licence stated'}"


def licence(package: Distribution) -> str:
    """An SPDX expression where the package gives one, else its classifiers or its own words."""
    metadata = package.metadata
    if "License-Expression" in metadata:
        return str(metadata["License-Expression"])
    classifiers = [
        line.split(" :: ")[-1] for line in metadata.get_all("Classifier") or [] if line.startswith("License")
    ]
    if names := [name for name in classifiers if name not in NO_LICENCE_NAMES]:
        return " AND ".join(PLAIN_NAMES.get(name, name) for name in names)
    words = metadata["License"].strip().split("\n", 1)[0] if "License" in metadata else ""
    return PLAIN_NAMES.get(words, words)


def is_allowed(expression: str) -> bool:
    """Of alternatives one, of a sum all have to be allowed; brackets are settled from the inside."""
    while expression != (settled := re.sub(r"\(([^()]*)\)", _settle, expression)):
        expression = settled
    return any(all(part.strip() in ALLOWED for part in side.split(" AND ")) for side in expression.split(" OR "))


def _settle(bracket: re.Match[str]) -> str:
    return "MIT" if is_allowed(bracket[1]) else "refused"
