"""Values of business tables that only `reveal()` shows: sealed at rest, masked wherever they are drawn or sent."""

import base64
from typing import Any, NoReturn, Self

from django.conf import settings
from django.core import checks
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import Exact, IsNull
from django.db.models.query_utils import DeferredAttribute

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.masking import FULL, Level, mask
from huiliu.kernel.sealing import UnsealError, seal, unseal

PURPOSE = "field"
SCHEME = "sm4"
SEPARATOR = ":"
# Kinds whose mask shows a part of the value; of all others nothing is shown, so nothing need be opened.
SHOWS_A_PART = frozenset({"name", "id_number", "phone", "bank_account", "address"})


def seal_text(plain: str, place: str) -> str:
    """`sm4:<key id>:<base64>`, under the newest key of purpose `field`."""
    key_id, key = settings.HUILIU_KEYS.current(PURPOSE)
    body = base64.b64encode(seal(key, plain, place)).decode("ascii")
    return SEPARATOR.join((SCHEME, key_id, body))


def key_of(sealed: str) -> str:
    """Id of the key a stored value was sealed with; empty where it is no sealed value."""
    scheme, _, rest = sealed.partition(SEPARATOR)
    return rest.partition(SEPARATOR)[0] if scheme == SCHEME else ""


def open_text(sealed: str, place: str) -> str:
    """The text of a stored value; FIELD-001 where it is damaged or was moved here, KEY-001 where its key is lost."""
    _, _, body = sealed.rpartition(SEPARATOR)
    key_id = key_of(sealed)
    try:
        return unseal(_key(key_id), base64.b64decode(body, validate=True), place)
    except ValueError:
        raise HuiliuError(
            code="FIELD-001",
            message=f"受保护的值无法解密：{place}",
            hint="该值已损坏，或不是在这一列写入的；请从备份中恢复这一行，不要手工改写。",
            facts={"place": place, "key_id": key_id},
        ) from None


def _key(key_id: str) -> bytes:
    if not key_id.isalnum():
        raise UnsealError("no sealed value")  # and no part of a path
    key: bytes = settings.HUILIU_KEYS.get(PURPOSE, key_id)
    return key


class Protected(str):
    """A text whose every form is its mask; `reveal()` alone gives the value, and the value is opened only then.

    Two of them are equal only if they are the same object: equal masks say nothing about equal values.
    """

    __slots__ = ("_kind", "_level", "_place", "_sealed")

    _kind: str
    _level: str | None
    _place: str
    _sealed: str

    def __new__(cls, sealed: str, place: str, *, level: str | None, kind: str) -> Self:
        made = super().__new__(cls, _masked(sealed, place, level, kind))
        for name, value in (("_sealed", sealed), ("_place", place), ("_level", level), ("_kind", kind)):
            object.__setattr__(made, name, value)
        return made

    def reveal(self) -> str:
        """The plain text. The caller has checked permission and purpose, and has written the audit row."""
        if not _is_level(self._level):
            raise HuiliuError(
                code="FIELD-002",
                message=f"受保护的列没有有效的数据级别：{self._place}",
                hint="请在模型中写明 L1 至 L4；此前一律只显示掩码。",
                facts={"place": self._place},
            )
        return open_text(self._sealed, self._place)

    def belongs_to(self, place: str) -> bool:
        """Whether the value was sealed for that table and column."""
        return self._place == place

    def at_rest(self) -> str:
        """The sealed form, as the database keeps it."""
        return self._sealed

    def __repr__(self) -> str:
        return f"<Protected {self!s}>"

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    def __hash__(self) -> int:
        return id(self)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: object) -> Self:
        return self

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a protected value does not change")

    def __reduce_ex__(self, _protocol: Any) -> tuple[Any, ...]:
        """In a pickle or a cache there is only the sealed form."""
        return _restored, (self._sealed, self._place, self._level, self._kind)


def _restored(sealed: str, place: str, level: str | None, kind: str) -> Protected:
    return Protected(sealed, place, level=level, kind=kind)


def _is_level(level: str | None) -> bool:
    return level in set(Level)


def _masked(sealed: str, place: str, level: str | None, kind: str) -> str:
    """Closed whenever something is unknown: the level, the kind, the key, the value itself."""
    if kind not in SHOWS_A_PART or not _is_level(level):
        return FULL
    try:
        return mask(kind, open_text(sealed, place))
    except HuiliuError:
        return FULL


class _Sealing(DeferredAttribute):
    """Whatever is assigned is sealed at once, so that the plain text does not stay in the object."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.field.to_python(value)


class ProtectedField(models.TextField):
    """A text sealed with SM4-GCM for its table and column. Reads give `Protected`; None stays None.

    It can be filtered by None only, has no index, and takes texts only, no expressions: the database never sees
    the plain text. The database refuses whatever is not in sealed form. `kind` chooses the mask (kernel.masking).
    """

    descriptor_class = _Sealing
    description = "受保护的文本"

    def __init__(self, *args: Any, level: str | None = None, kind: str = "text", **kwargs: Any) -> None:
        self.level = level
        self.kind = kind
        super().__init__(*args, **kwargs)

    @property
    def place(self) -> str:
        """`table.column`: what a sealed value is bound to. A renamed table or column needs its values sealed anew."""
        return f"{self.model._meta.db_table}.{self.column}"

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "level": self.level, "kind": self.kind}

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        wrong = {
            "web.E001": ("ProtectedField 必须写明级别 L1 至 L4", not _is_level(self.level)),
            "web.E002": ("ProtectedField 不能有索引、唯一约束、默认值或选项", self._is_searchable()),
        }
        found = [checks.Error(text, obj=self, id=code) for code, (text, is_wrong) in wrong.items() if is_wrong]
        return [*super().check(**kwargs), *found]

    def _is_searchable(self) -> bool:
        return bool(
            getattr(self, "db_index", False) or self.unique or self.primary_key or self.choices or self.has_default()
        )

    def db_check(self, connection: Any) -> str:
        column = connection.ops.quote_name(self.column)
        return f"substr({column}, 1, {len(SCHEME) + 1}) = '{SCHEME}{SEPARATOR}'"

    def to_python(self, value: Any) -> Protected | None:
        if value is None:
            return None
        if isinstance(value, Protected):
            if not value.belongs_to(self.place):
                raise TypeError(f"{self.place}: a protected value of another column; reveal() it first")
            return value
        if not isinstance(value, str):
            raise TypeError(f"{self.place} takes a text, not {type(value).__name__}")
        return self._protect(seal_text(value, self.place))

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> Protected | None:
        """What a row, `values()` or an annotation of this column gives."""
        return None if value is None else self._protect(value)

    def _protect(self, sealed: str) -> Protected:
        return Protected(sealed, self.place, level=self.level, kind=self.kind)

    def get_prep_value(self, value: Any) -> str | None:
        protected = self.to_python(value)
        return None if protected is None else protected.at_rest()

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """An expression could write a plain text past the seal, unless it is of this very column."""
        if not hasattr(value, "as_sql"):
            return self.get_prep_value(value)
        if value.output_field != self:
            raise FieldError(f"{self.place} takes no expressions")
        return value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in {"exact", "isnull"}:
            _refuse_filter(self.name)
        return {"exact": _OnlyNone, "isnull": IsNull}[lookup_name]

    def get_transform(self, lookup_name: str) -> Any:
        _refuse_filter(self.name)

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else str(value)

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        """A form that comes back with the mask it was shown changes nothing."""
        current = self.value_from_object(instance)
        if current is None or data is None or str(data) != str(current):
            super().save_form_data(instance, data or (None if self.null else data))


class _OnlyNone(Exact):
    """`filter(field=None)`, which Django turns into IS NULL; nothing else."""

    def __init__(self, lhs: Any, rhs: Any) -> None:
        if rhs is not None:
            _refuse_filter(getattr(getattr(lhs, "target", None), "name", ""))
        super().__init__(lhs, rhs)


def _refuse_filter(name: str) -> NoReturn:
    raise FieldError(f"{name} is protected: it can be filtered by None only")
