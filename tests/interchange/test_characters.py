"""Whatever stands in a name: written as GB 18030, two readers that share no code with the writer read it back."""

import csv
import io
import re
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from huiliu.interchange import Element, Notation
from huiliu.interchange.characters import Cleaner
from huiliu.interchange.writers import Document, delimited

NAME = Element("AAC003", "姓名", Notation.parse("C"), "own", "person", "name")
MOVED = [
    0x1E3F, *range(0x9FB4, 0x9FBC), *range(0xE78D, 0xE797), 0xE7C7, 0xE816, 0xE817, 0xE818, 0xE81E, 0xE826, 0xE82B,
    0xE82C, 0xE831, 0xE832, 0xE83B, 0xE843, 0xE854, 0xE855, 0xE864, *range(0xFE10, 0xFE1A), 0x20087, 0x20089, 0x200CC,
    0x215D7, 0x2298F, 0x241FE,
]  # fmt: skip
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


class Memory:
    """A file of a document that stays in memory."""

    def __init__(self):
        self.data = b""

    def write(self, text):
        self.data += text.encode("gb18030", "strict")


def written(*texts):
    file, cleaner = Memory(), Cleaner(["姓名"])
    document = Document(file, "人员信息", "urn:x", "GB18030")
    document.table("个人", [NAME])(cleaner.rows([(text,) for text in texts]))
    document.end()
    return file.data, cleaner


def by_codec(data):
    text = re.sub(r"^<\?xml[^>]*\?>", "", data.decode("gb18030"))
    return [cell.text for cell in ElementTree.fromstring(text).iter("{urn:x}姓名")]


def by_libxml(data):
    return [cell.text for cell in etree.fromstring(data).iter("{urn:x}姓名")]


def legal(text):
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", text)


@given(TEXTS)
@example("李㛃")
@example("王𬭎")  # four bytes
@example("]]>&amp;<!-- ' \" -->")
@example("a\r\nb\rc\td")
@example("\x00\x0b\ufffe")
@example("\x85\u2028\u200b\ufeff")
def test_any_text_comes_back(text):
    data, cleaner = written(text)
    assert by_codec(data) == by_libxml(data) == [legal(text)]
    assert cleaner.replaced["姓名"] == (legal(text) != text)


def test_characters_that_the_editions_place_differently_are_written_by_number():
    texts = [chr(code) for code in MOVED]
    data, cleaner = written(*texts)
    assert by_codec(data) == by_libxml(data) == texts
    assert b"&#59414;" in data
    assert cleaner.moved["姓名"] == len(MOVED)


@pytest.mark.slow
def test_every_character_there_is_comes_back():
    codes = [c for c in range(0x20, 0x110000) if not 0xD800 <= c < 0xE000 and c not in (0xFFFE, 0xFFFF)]
    texts = ["".join(map(chr, codes[at : at + 500])) for at in range(0, len(codes), 500)]
    data, _ = written(*texts)
    assert by_libxml(data) == texts
    assert by_codec(data) == texts


@given(st.lists(st.tuples(TEXTS, st.none() | TEXTS), max_size=5))
def test_csv_comes_back(rows):
    file, cleaner = Memory(), Cleaner(["姓名", "地址"])
    other = Element("AAE006", "地址", Notation.parse("C"), "own", "person", "address")
    delimited(file, [NAME, other])(cleaner.rows(rows))
    found = list(csv.reader(io.StringIO(file.data.decode("gb18030"), newline="")))
    assert found == [["姓名", "地址"], *([legal(a), legal(b or "")] for a, b in rows)]
