"""Passwords and private keys of sources: from the environment or from a file that only its owner can read."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from huiliu.kernel.errors import HuiliuError
from huiliu.lake.sources.faults import source_error

PREFIX = "HUILIU_SECRET_"
_OTHERS = 0o077


@dataclass(frozen=True)
class Secrets:
    """Secrets by name: `HUILIU_SECRET_<NAME>`, else the file `<folder>/<name>`; nothing of them is ever printed."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    def get(self, name: str) -> str:
        """The secret without its last line end; SOURCE-003 if there is none or others may read it."""
        found = self.environment.get(f"{PREFIX}{name.upper()}")
        return found if found is not None else self._read(name)

    def _read(self, name: str) -> str:
        path = self.folder / name
        try:
            if path.stat().st_mode & _OTHERS:
                raise _error(name, "可被他人读取", "请把该文件权限改为 0600。")
            return path.read_text("utf-8").rstrip("\r\n")
        except FileNotFoundError:
            problem = "不存在"
        except (OSError, UnicodeDecodeError):
            problem = "读不出来"
        hint = f"请写入 keys/secrets/{name}（权限 0600），或设环境变量 {PREFIX}{name.upper()}。"
        raise _error(name, problem, hint)


def _error(name: str, problem: str, hint: str) -> HuiliuError:
    return source_error("003", f"来源所用的口令或私钥 {name} {problem}", hint, secret=name)
