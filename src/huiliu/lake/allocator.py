"""What the process gives back to the system: bounds for the C library's allocator, which DuckDB's wheel uses."""

import ctypes
from functools import cache

_TRIM, _MAP = -1, -3  # M_TRIM_THRESHOLD, M_MMAP_THRESHOLD of malloc.h
_KEPT = 8 << 20  # bytes that may lie free at the top of a heap
_LARGE = 16 << 20  # from so many bytes on a piece is mapped alone, and unmapped when it is freed


@cache
def bound_allocator() -> bool:
    """Fix both limits for the whole process; False where the C library is not glibc, and nothing is to be done.

    Left alone, glibc raises them with every large piece that is freed, up to 64 MB kept by each heap. DuckDB counts
    what it holds against its memory limit, not what the allocator keeps of it: 150 MB more after a few million rows.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and bool(mallopt(_TRIM, _KEPT)) and bool(mallopt(_MAP, _LARGE))
