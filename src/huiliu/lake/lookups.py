"""Look-up files as readers use them: only one whose bytes are those that the pointer names, each examined once."""

import threading
from pathlib import Path

from huiliu.kernel.digests import file_digest
from huiliu.lake.home import LakeHome
from huiliu.lake.records import Pointer

_AT_ONCE = 64 << 20  # bytes that are hashed while the reader waits, a twentieth of a second; more is in a thread


class LookUps:
    """Which versions' look-up files this process may use; a swapped, cut or changed one is passed over.

    The pointer names the published one only. That of an earlier version is used where it was examined while it was
    published; everybody else reads the lake, as they do until a large file is examined.
    """

    def __init__(self, home: LakeHome) -> None:
        self._home = home
        self._sound: dict[int, bool] = {}  # False also while it is being examined

    def file(self, pointer: Pointer, version: int) -> Path | None:
        """The version's look-up file, if there is one and it is known to be the one that was built."""
        path = self._home.serve_file(version)
        if not path.exists():
            return None
        if version not in self._sound and (pointer.snapshot, pointer.serve) == (version, path.name):
            self._begin(version, path, pointer.serve_digest)
        return path if self._sound.get(version) else None

    def abandon(self, version: int) -> None:
        """It proved damaged: it is used no more."""
        self._sound[version] = False

    def _begin(self, version: int, path: Path, digest: str | None) -> None:
        if digest is None:  # of before there were digests: the next run builds it anew
            return
        self._sound[version] = False
        if path.stat().st_size <= _AT_ONCE:
            self._examine(version, path, digest)
        else:
            threading.Thread(target=self._examine, args=(version, path, digest), daemon=True).start()

    def _examine(self, version: int, path: Path, digest: str) -> None:
        try:
            self._sound[version] = file_digest(path, "sha256") == digest
        except OSError:  # dropped meanwhile, or unreadable
            self._sound[version] = False
