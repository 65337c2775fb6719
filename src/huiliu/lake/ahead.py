"""Working ahead: items made by a thread while those before them are used, in the same order, in bounded number."""

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, cast

T = TypeVar("T")
_END = object()


def ahead(items: Iterator[T], depth: int) -> Generator[T, None, None]:
    """The same items; at most `depth` are made before they are asked for. An error comes where its item would."""
    with ThreadPoolExecutor(1) as pool:
        waiting = deque(pool.submit(next, items, _END) for _ in range(depth))
        try:
            while (item := waiting.popleft().result()) is not _END:
                waiting.append(pool.submit(next, items, _END))
                yield cast("T", item)
        finally:
            for future in waiting:
                future.cancel()
