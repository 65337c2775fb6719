"""Things found by their code: a code names one definition for ever, and an unknown one is answered in Chinese."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from huiliu.kernel.errors import HuiliuError

T = TypeVar("T")


class UnknownCodeError(HuiliuError, KeyError):
    """Also a KeyError, so that a Registry keeps the manners of a Mapping (`in`, `get`)."""


class Registry(Mapping[str, T]):
    """A mapping from code to definition, in order of addition; `what` is the Chinese noun of its messages."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._items: dict[str, T] = {}

    def add(self, code: str, item: T) -> T:
        """Take in one definition; a code already in use is refused, even for the same definition."""
        if code in self._items:
            raise HuiliuError(
                code="CODE-001",
                message=f"{self.what}代码 {code} 重复",
                hint="一个代码永远只指一个定义，请为新定义另取代码。",
                facts={"what": self.what, "code": code},
            )
        self._items[code] = item
        return item

    def __getitem__(self, code: str) -> T:
        if code not in self._items:
            raise UnknownCodeError(
                code="CODE-002",
                message=f"没有{self.what} {code}",
                hint=f"可用的{self.what}：{self._known()}。",
                facts={"what": self.what, "code": code},
            )
        return self._items[code]

    def _known(self, limit: int = 12) -> str:
        names = sorted(self._items)
        more = f" 等 {len(names)} 个" if len(names) > limit else ""
        return "、".join(names[:limit]) + more if names else "（无）"

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, code: Any) -> bool:
        return code in self._items
