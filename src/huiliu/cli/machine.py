"""What the machine refused (disk, rights), told apart from faults of the program."""

import errno
import sqlite3
from collections.abc import Iterator

from huiliu.kernel.errors import HuiliuError

FULL = {errno.ENOSPC, errno.EDQUOT}
DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
SQLITE_FULL = {sqlite3.SQLITE_FULL}
SQLITE_DENIED = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
EXTENDED = 0xFF  # the lowest byte of SQLite's code is the kind


def machine_error(error: BaseException) -> HuiliuError | None:
    """SYS-001 disk full, SYS-002 no right to read or write; None for anything else. Paths stay out."""
    for cause in _chain(error):
        number = cause.errno if isinstance(cause, OSError) else None
        code = getattr(cause, "sqlite_errorcode", None)
        kind = code & EXTENDED if isinstance(code, int) else None
        if number in FULL or kind in SQLITE_FULL:
            return _full()
        if number in DENIED or kind in SQLITE_DENIED:
            return _denied()
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__


def _full() -> HuiliuError:
    return HuiliuError(
        code="SYS-001",
        message="磁盘空间不足，没有做完",
        hint="请清理数据目录（HUILIU_HOME）所在的磁盘或扩容，再执行同一命令，会接着做；已发布的数据不受影响。",
    )


def _denied() -> HuiliuError:
    return HuiliuError(
        code="SYS-002",
        message="当前用户没有权限读写所需的文件",
        hint="请检查数据目录（HUILIU_HOME）或 --out 目录的属主和权限，磁盘是否只读；用安装时的用户运行。",
    )
