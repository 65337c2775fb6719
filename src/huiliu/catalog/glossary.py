"""The glossary: one Chinese term, one English word, and definitions that keep to it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from huiliu.catalog.loader import HOME, Catalog
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.yamls import load_yaml
from huiliu.lake.tables import Table

GLOSSARY = HOME / "glossary.yaml"
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_WORD = re.compile(r"[a-z]+(?:_[a-z]+)*")


def check_glossary(path: Path = GLOSSARY, tables: Iterable[Table] | None = None) -> list[str]:
    """Every breach of the glossary, in Chinese, for tables given or all built-in ones; an empty list is a pass.

    Terms and words are unique, and a table or column whose label is a term carries the term's word as its name.
    """
    try:
        data = load_yaml(path)
    except HuiliuError as broken:  # a repeated term is refused by the loader, with its line
        return [str(broken)]
    terms = data.get("terms") if isinstance(data, Mapping) else None
    if not isinstance(terms, Mapping) or not terms:
        return [f"{path.name} 须有 terms，逐行写成“术语: word”"]
    known = Catalog.load().tables.values() if tables is None else tables
    return [*_spelling(terms), *_repeated(terms), *_names(terms, known)]


def _spelling(terms: Mapping[Any, Any]) -> Iterator[str]:
    for term, word in terms.items():
        if not (isinstance(term, str) and _CHINESE.fullmatch(term)):
            yield f"术语 {term} 须为中文"
        if not (isinstance(word, str) and _WORD.fullmatch(word)):
            yield f"术语 {term} 的英文词 {word} 须为小写字母，多词用下划线相连"


def _repeated(terms: Mapping[Any, Any]) -> Iterator[str]:
    for word, count in Counter(map(str, terms.values())).items():
        if count > 1:
            yield f"英文词 {word} 用于 {count} 个术语：{'、'.join(str(t) for t in terms if str(terms[t]) == word)}"


def _names(terms: Mapping[Any, Any], tables: Iterable[Table]) -> Iterator[str]:
    for table in tables:
        named = [(table.name, table.name, table.label)]
        named += [(f"{table.name}.{column.name}", column.name, column.label) for column in table.columns]
        for where, name, label in named:
            if terms.get(label, name) != name:
                yield f"{where} 的名称“{label}”在术语表中是 {terms[label]}，请改用这个词"
