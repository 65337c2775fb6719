"""The text of a file as its reader sees it, passage by passage with its place: HTML, JSON, DOCX, XLSX, PDF."""

import io
import json
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

from lxml import etree, html

_BLOCKS = frozenset({"p", "li", "td", "th", "caption", "h1", "h2", "h3", "h4", "dt", "dd", "title", "summary", "a"})


def passages_of(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    """Place and words of every passage, what is not shown (attributes, properties, formulas) included."""
    ending = name.rpartition(".")[2]
    match ending:
        case "html":
            yield from _html(content)
        case "json":
            yield from _json(json.loads(content), "")
        case "docx" | "xlsx":
            yield from _office(content, "p" if ending == "docx" else "si|is|c")
        case "pdf":
            yield from _pdf(content)
        case _:
            raise ValueError(ending)


def _html(content: bytes) -> Iterator[tuple[str, str]]:
    for number, node in enumerate(html.fromstring(content).iter(), 1):
        if not isinstance(node.tag, str):
            yield f"第{number}个元素（注释）", str(node.text or "")
            continue
        where = f"第{number}个元素（{node.tag}）"
        own = node.text_content() if node.tag in _BLOCKS else node.text or ""
        for words in (own, node.tail or "", *(str(value) for value in node.attrib.values())):
            if words.strip() and node.tag != "style":
                yield where, words


def _json(value: Any, path: str) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield path or "全文", value
        case dict():
            for key, inner in value.items():
                yield f"{path} 的键", str(key)
                yield from _json(inner, f"{path}.{key}" if path else str(key))
        case list():
            for number, inner in enumerate(value, 1):
                yield from _json(inner, f"{path}[{number}]")
        case int() | float() if not isinstance(value, bool):
            yield path, str(value)


def _office(content: bytes, wanted: str) -> Iterator[tuple[str, str]]:
    """Paragraphs and cells of every part, so that words cut into runs are read whole; properties as they are."""
    tags = set(wanted.split("|"))
    with ZipFile(io.BytesIO(content)) as archive:
        for part in archive.namelist():
            if not part.endswith((".xml", ".rels")) or part.startswith(("word/theme", "xl/theme")):
                continue
            tree = etree.fromstring(archive.read(part))
            is_body = part.startswith(
                ("word/document", "word/header", "word/footer", "xl/sharedStrings", "xl/worksheets")
            )
            nodes = [node for node in tree.iter() if etree.QName(node).localname in tags] if is_body else [tree]
            for number, node in enumerate(nodes, 1):
                words = "".join(str(text) for text in node.itertext())
                if words.strip() and not (is_body and part.startswith("xl/worksheets") and node.get("t") == "s"):
                    yield f"{part} 第{number}段", words


def _pdf(content: bytes) -> Iterator[tuple[str, str]]:
    """Words between spaces only: figures that stand side by side in a line of a table are no number together."""
    import pypdfium2  # here: most processes read no PDF

    document = pypdfium2.PdfDocument(content)
    try:
        for value in document.get_metadata_dict().values():
            yield "文件属性", str(value)
        for number, page in enumerate(document, 1):
            for words in page.get_textpage().get_text_range().split():
                yield f"第{number}页", words
    finally:
        document.close()
