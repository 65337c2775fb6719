"""A template as the archive it is: checked before anything is read, written again with untouched parts as they were."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from huiliu.documents import template_errors as errors
from huiliu.documents.form_styles import parser
from huiliu.kernel.office_archives import check_office

LARGEST = 20 * 1024 * 1024
_OLD = b"\xd0\xcf\x11\xe0"  # what Office puts around a file with a password, and what its formats before 2007 were
_TYPES = "[Content_Types].xml"


class Package:
    """The parts of one file by name; `put` and `drop` are all that changes it."""

    def __init__(self, content: bytes) -> None:
        """DOC-024 for what is no template, UPL-005 … UPL-012 for an archive that may not be opened."""
        _check_size_and_kind(content)
        self.kind = check_office(io.BytesIO(content))
        with zipfile.ZipFile(io.BytesIO(content)) as source:
            self._entries = source.infolist()
            self.parts = {entry.filename: source.read(entry) for entry in self._entries}
        if not self.kind:
            raise errors.not_a_template("它既不是 DOCX 也不是 XLSX", "请用 Word、WPS 或表格软件另存为 docx 或 xlsx。")
        if any(name.startswith("_xmlsignatures/") for name in self.parts):
            raise errors.not_a_template("它带有数字签名，填写后签名会失效", "请去掉签名，另存后再上传，填好后再签。")
        self._types = self._content_types()

    def put(self, name: str, root: Any) -> None:
        """Write a part anew from its tree."""
        declaration = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        self.parts[name] = declaration + etree.tostring(root, encoding="UTF-8", xml_declaration=False)

    def drop(self, name: str) -> None:
        """Take a part out, with what points to it."""
        if self.parts.pop(name, None) is None:
            return
        for part in (_TYPES, *(one for one in self.parts if one.endswith(".rels"))):
            root = self.tree(part)
            gone = [one for one in root if name in (one.get("PartName", "")[1:], _target(part, one.get("Target", "")))]
            for one in gone:
                root.remove(one)
            if gone:
                self.put(part, root)

    def tree(self, name: str) -> Any:
        """The tree of a part."""
        return etree.fromstring(self.parts[name], parser())

    def of_type(self, *endings: str) -> Iterator[str]:
        """Names of the parts whose content type ends so, in the order of the file."""
        for name in list(self.parts):
            if self._types(name).endswith(endings):
                yield name

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """What a part points to inside the file: id → (kind, part)."""
        folder, _, base = name.rpartition("/")
        links = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
        if links not in self.parts:
            return {}
        return {
            one.get("Id", ""): (one.get("Type", "").rpartition("/")[2], _target(links, one.get("Target", "")))
            for one in self.tree(links)
            if one.get("TargetMode") != "External"
        }

    def written(self) -> bytes:
        """The file; its days are those of the template's own entries, so that the same data give the same bytes."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
            for entry in self._entries:
                if entry.filename in self.parts:
                    info = zipfile.ZipInfo(entry.filename, entry.date_time)
                    info.compress_type, info.external_attr = entry.compress_type, entry.external_attr
                    made.writestr(info, self.parts[entry.filename])
        return target.getvalue()

    def _content_types(self) -> Any:
        root = self.tree(_TYPES)
        parts = {one.get("PartName", "")[1:]: one.get("ContentType", "") for one in root if one.get("PartName")}
        endings = {one.get("Extension", "").lower(): one.get("ContentType", "") for one in root if one.get("Extension")}
        return lambda name: parts.get(name) or endings.get(name.rpartition(".")[2].lower(), "")


def _check_size_and_kind(content: bytes) -> None:
    if len(content) > LARGEST:
        raise errors.not_a_template("它超过 20 MB", "请压缩图片或删去多余的页后再上传。", size=len(content))
    if content.startswith(_OLD):
        raise errors.not_a_template(
            "它有打开密码，或是旧的 doc、xls 格式", "请去掉密码，用 Word、WPS 或表格软件另存为 docx 或 xlsx。"
        )


def _target(links: str, target: str) -> str:
    """The part that a relationship of `links` points to."""
    if target.startswith("/"):
        return target[1:]
    parts = links.rpartition("_rels/")[0].split("/")[:-1]
    for step in target.split("/"):
        if step == "..":
            parts = parts[:-1]
        elif step not in ("", "."):
            parts.append(step)
    return "/".join(parts)
