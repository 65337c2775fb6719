"""Keys of this installation: made on first use, one file each, readable by the owner only, named by an id."""

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from huiliu.kernel.clock import TZ
from huiliu.kernel.errors import HuiliuError

KEY_BYTES = 32
FIRST = "0001"
PURPOSES: dict[str, str] = {
    "django": "登录会话与表单令牌",
    "audit": "审计链",
    "anchor": "审计每日锚点",
    "subject": "地址中的人员代号",
    "field": "业务表中受保护的值",
    "certificate": "夜间证书签名",
    "export": "导出文件",
}


@dataclass
class Keyring:
    """Keys in `folder` as `<purpose>.<id>.key`, hexadecimal; the highest id of a purpose is the current one.

    A key once used stays: signatures and sealed values carry its id.
    """

    folder: Path
    _known: dict[tuple[str, str], bytes] = field(default_factory=dict, repr=False)

    def ids(self, purpose: str) -> list[str]:
        """Ids of a purpose, oldest first; none before its first use."""
        files = self.folder.iterdir() if self.folder.is_dir() else ()  # asked several times a request: no patterns
        parts = [path.name.split(".") for path in files]
        return sorted(found[1] for found in parts if len(found) == 3 and (found[0], found[2]) == (purpose, "key"))

    def current(self, purpose: str) -> tuple[str, bytes]:
        """Id and bytes of the newest key of a purpose, making the first one if there is none."""
        ids = self.ids(purpose)
        key_id = ids[-1] if ids else self._make(purpose, FIRST)
        return key_id, self.get(purpose, key_id)

    def add(self, purpose: str) -> str:
        """Make a newer key beside the others and give its id; raises KEY-003 for a purpose that is not in use."""
        if purpose not in PURPOSES:
            known = "、".join(f"{name}（{label}）" for name, label in PURPOSES.items())
            raise HuiliuError(code="KEY-003", message="没有这种用途的密钥", hint=f"可轮换的用途：{known}。")
        ids = self.ids(purpose)
        return self._make(purpose, f"{int(ids[-1]) + 1:04d}" if ids else FIRST)

    def get(self, purpose: str, key_id: str) -> bytes:
        """The key of that id; a missing one is an error, never a new key."""
        if (purpose, key_id) not in self._known:
            self._known[purpose, key_id] = self._read(self._path(purpose, key_id), purpose, key_id)
        return self._known[purpose, key_id]

    def made_at(self, purpose: str, key_id: str) -> datetime:
        """When the key file was written."""
        return datetime.fromtimestamp(self._path(purpose, key_id).stat().st_mtime, TZ)

    def secret(self) -> str:
        """Django's SECRET_KEY: sessions and form tokens of this installation."""
        return self.current("django")[1].hex()

    def older_secrets(self) -> list[str]:
        """Django's SECRET_KEY_FALLBACKS, newest first: sessions opened before a rotation stay open."""
        return [self.get("django", key_id).hex() for key_id in reversed(self.ids("django")[:-1])]

    def _path(self, purpose: str, key_id: str) -> Path:
        return self.folder / f"{purpose}.{key_id}.key"

    def _read(self, path: Path, purpose: str, key_id: str) -> bytes:
        try:
            if path.stat().st_mode & 0o077:
                raise self._error("KEY-002", "密钥文件可被他人读取", "请把该文件权限改为 0600。", purpose, key_id)
            key = bytes.fromhex(path.read_text("ascii").strip())
        except (OSError, ValueError) as error:
            hint = "请从单独保管的密钥备份中恢复 keys 目录。"
            raise self._error("KEY-001", "密钥文件缺失或损坏", hint, purpose, key_id) from error
        if len(key) != KEY_BYTES:
            raise self._error("KEY-001", "密钥文件长度不对", "请从密钥备份中恢复。", purpose, key_id)
        return key

    def _make(self, purpose: str, key_id: str) -> str:
        """Write a new key under a temporary name and link it: two processes starting together agree on one."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(purpose, key_id)
        draft = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}.tmp")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first; its key is the key
        finally:
            draft.unlink()
        return key_id

    @staticmethod
    def _error(code: str, what: str, hint: str, purpose: str, key_id: str) -> HuiliuError:
        return HuiliuError(code=code, message=f"{what}：{purpose}.{key_id}", hint=hint)


class OlderSecrets(list[str]):
    """SECRET_KEY_FALLBACKS as Django wants it, a list, but read when it is asked for: a rotation needs no restart."""

    def __init__(self, ring: Keyring) -> None:
        super().__init__()
        self._ring = ring

    def __iter__(self) -> Iterator[str]:
        return iter(self._ring.older_secrets())

    def __len__(self) -> int:
        return len(self._ring.older_secrets())
