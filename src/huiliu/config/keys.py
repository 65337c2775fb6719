"""Keys of this installation: made on first use, one file each, readable by the owner only, named by an id."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from huiliu.kernel.errors import HuiliuError

KEY_BYTES = 32


@dataclass
class Keyring:
    """Keys in `folder` as `<purpose>.<id>.key`, hexadecimal; the highest id of a purpose is the current one.

    A key once used stays: signatures carry its id. Purposes in use: `django`, `audit`, `subject`.
    """

    folder: Path
    _known: dict[tuple[str, str], bytes] = field(default_factory=dict, repr=False)

    def current(self, purpose: str) -> tuple[str, bytes]:
        """Id and bytes of the newest key of a purpose, making the first one if there is none."""
        ids = sorted(path.name.split(".")[1] for path in self.folder.glob(f"{purpose}.*.key"))
        key_id = ids[-1] if ids else self._make(purpose, "0001")
        return key_id, self.get(purpose, key_id)

    def get(self, purpose: str, key_id: str) -> bytes:
        """The key of that id; a missing one is an error, never a new key."""
        if (purpose, key_id) not in self._known:
            self._known[purpose, key_id] = self._read(self._path(purpose, key_id), purpose, key_id)
        return self._known[purpose, key_id]

    def secret(self) -> str:
        """Django's SECRET_KEY: sessions and form tokens of this installation."""
        return self.current("django")[1].hex()

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
