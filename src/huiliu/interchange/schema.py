"""The XML schema of a document, made from the definition: what it does not allow, no document may hold."""

from collections.abc import Sequence

from lxml import etree

from huiliu.interchange.definition import Element, Form, Interchange

XS = "http://www.w3.org/2001/XMLSchema"
_DAY = "[0-9]{4}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])"
_PATTERNS = {"date": _DAY, "month": "[0-9]{4}(0[1-9]|1[0-2])"}


def schema_of(interchange: Interchange, part: str, forms: Sequence[Form]) -> bytes:
    """The schema of one document with these tables, as UTF-8; the same definition gives the same bytes."""
    root = etree.Element(_xs("schema"), nsmap={"xs": XS, None: interchange.namespace})
    root.set("targetNamespace", interchange.namespace)
    root.set("elementFormDefault", "qualified")
    note = _under(_under(root, "annotation"), "documentation")
    note.text = f"{interchange.wording}：{part}。由业务目录生成，未经标准指定的机构认证；待核事项见导出说明。"
    records = _record_list(root, part)
    for form in forms:
        record = _under(records, "element", name=form.name, minOccurs="0", maxOccurs="unbounded")
        cells = _under(_under(record, "complexType"), "sequence")
        for element in form.elements:
            _element(cells, element)
    etree.indent(root)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written + b"\n"


def _record_list(root: etree._Element, part: str) -> etree._Element:
    return _under(_under(_under(root, "element", name=part), "complexType"), "sequence")


def _element(parent: etree._Element, element: Element) -> None:
    least = "1" if element.required else "0"
    node = _under(parent, "element", name=element.name, minOccurs=least)
    about = _under(_under(node, "annotation"), "documentation")
    about.text = f"{element.code} {element.notation.text}" + ("" if element.certain else "（类型待核）")
    content = _under(_under(node, "complexType"), "simpleContent")
    extension = _under(content, "extension")
    extension.set("base", f"T_{element.code}")
    _under(extension, "attribute", name="locID", use="optional", type="LocID")
    _types(parent.getroottree().getroot(), element)


def _types(root: etree._Element, element: Element) -> None:
    """Named types stand once in a schema, however many tables use them."""
    known = {node.get("name") for node in root.findall(_xs("simpleType"))}
    if "LocID" not in known:
        _facet(_restriction(root, "LocID", "string"), "pattern", "[0-9]{6}")
    if f"T_{element.code}" in known:
        return
    notation = element.notation
    kind = _restriction(root, f"T_{element.code}", notation.base)
    if notation.base == "string":
        _facet(kind, "length" if notation.exact else "minLength", notation.size if notation.exact else 1)
        if notation.size is not None and not notation.exact:
            _facet(kind, "maxLength", notation.size)
    elif notation.size is not None:
        _facet(kind, "totalDigits", notation.size)
    if notation.base == "decimal":
        _facet(kind, "fractionDigits", notation.after)
    if element.shape:
        _facet(kind, "pattern", _PATTERNS[element.shape])


def _restriction(root: etree._Element, name: str, base: str) -> etree._Element:
    return _under(_under(root, "simpleType", name=name), "restriction", base=f"xs:{base}")


def _facet(parent: etree._Element, name: str, value: object) -> None:
    _under(parent, name, value=str(value))


def _under(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, _xs(tag), attributes)


def _xs(tag: str) -> str:
    return f"{{{XS}}}{tag}"
