"""Decoding ahead of typing: texts in parts, in order, in bounded number, and the same night whatever the sizes are."""

import time
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.lake import decode, receive
from huiliu.lake.ahead import ahead
from huiliu.lake.decode import FileFaultError, Reading, rewrite
from huiliu.lake.landed import Landing
from lake.builder import PAYMENT, PERSON, STAMP, WANG, ZHANG, Part, csv_bytes, write_batch
from lake.conftest import Site

HEADING = "编码,名称"
LINES = st.lists(st.text(alphabet='甲㛃𬭎a,"\r', max_size=6), max_size=30)


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    yield from (data[at : at + size] for at in range(0, len(data), size))


@given(LINES, st.integers(1, 40), st.integers(0, 60), st.sampled_from(['"', ""]), st.sampled_from(["utf-8", "gb18030"]))
def test_parts_are_the_text_and_are_cut_at_the_ends_of_rows(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], block: int, part: int, quote: str, encoding: str
) -> None:
    folder, numbers = tmp_path_factory.mktemp("parts"), count()
    text = "\n".join([HEADING, *lines])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decode, "PART", part)
        blocks = pieces(text.encode(encoding), block)
        made = list(rewrite(blocks, Reading(encoding, ",", quote), lambda: folder / str(next(numbers))))
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    written = [each.path.read_text("utf-8") for each in made]
    for each, what in zip(made[1:], written[1:], strict=True):
        before = "".join(plain.splitlines(keepends=True)[: each.lines])
        assert what.startswith(f"{HEADING}\n")
        assert before.endswith("\n")
        assert not (quote and quote in before), "behind a quote a line end need not be the end of a row"
    written[1:] = [what.removeprefix(f"{HEADING}\n") for what in written[1:]]
    assert "".join(written) == plain
    assert [each.lines for each in made] == [sum(w.count("\n") for w in written[:n]) for n in range(len(made))]


def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "PART", 100)
    monkeypatch.setattr(decode, "BLOCK", 90)


def test_rows_and_lines_are_counted_through_all_parts(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    small_parts(monkeypatch)
    rows = [(f"P{n}", "张三", "1", "19600230" if n in {7, 19} else "", "", STAMP) for n in range(1, 21)]
    part = Part(PERSON, rows, encoding="gb18030", gz=True)
    write_batch(site.inbox, date(2025, 4, 1), {"person": part})
    (check,) = site.last().failures
    assert (check.code, check.where) == ("type", "AAC006：person.csv.gz 第 7 条；person.csv.gz 第 19 条")
    data = csv_bytes(PERSON, [*rows[:6], *rows[7:17], ("P18", "张三")], "gb18030")
    part = Part(PERSON, [], data=data, encoding="gb18030", told={"rows": None, "control_sums": None})
    write_batch(site.inbox, date(2025, 4, 2), {"person": part})
    (check,) = site.last().failures
    assert (check.code, check.where) == ("fields", "person.csv 第 18 行")


@pytest.mark.slow
def test_a_file_in_parts_is_the_same_table(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    small_parts(monkeypatch)
    rows = [(f"P{n:03}", f"名{n}", "1", "", "", STAMP) for n in range(60)]
    write_batch(site.inbox, date(2025, 4, 1), {"person": Part(PERSON, rows, encoding="gb18030")})
    assert site.last().failures == ()
    assert site.rows("SELECT person_no, name FROM person ORDER BY 1") == [row[:2] for row in rows]
    assert not list((site.home.staging).glob("*.csv"))


@pytest.mark.slow
def test_checks_come_in_the_order_of_the_batch(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever thread is quicker; what is said of a file does not hang on when it was ready."""
    take, typed = Landing.take, receive._Typing.take
    wrong = [("I", "Z1", "P1", "202513", "1.001", STAMP)]
    parts = {
        "person": Part(PERSON, [ZHANG, WANG], told={"rows": 3}),
        "payment": Part(PAYMENT, wrong, "increment", told={"control_sums": None}),
    }
    write_batch(site.inbox, date(2025, 4, 1), parts)
    found = []
    for slow_landing, slow_typing in ((0.0, 0.0), (0.05, 0.0), (0.0, 0.05)):

        def slowly_taken(landing: Landing, name: str, pause: float = slow_landing) -> bool:
            time.sleep(pause)
            return take(landing, name)

        def slowly_typed(typing: receive._Typing, text: receive._Text | None, pause: float = slow_typing) -> None:
            time.sleep(pause)
            typed(typing, text)

        monkeypatch.setattr(Landing, "take", slowly_taken)
        monkeypatch.setattr(receive._Typing, "take", slowly_typed)
        for path in site.home.refused.iterdir():
            path.unlink()
        found.append(site.last().checks)
    assert found[0] == found[1] == found[2]
    assert [check.code for check in found[0] if check.verdict == "fail"] == ["rows", "type", "type"]


def test_ahead_keeps_order_and_depth() -> None:
    begun: list[int] = []

    def items() -> Iterator[int]:
        for number in range(10):
            begun.append(number)
            yield number

    taken = []
    for item in ahead(items(), 2):
        time.sleep(0.002)
        assert len(begun) <= len(taken) + 3
        taken.append(item)
    assert taken == list(range(10))


def test_ahead_raises_where_the_item_would_be() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise FileFaultError("decode", "x", "")

    found = ahead(items(), 3)
    assert next(found) == 1
    with pytest.raises(FileFaultError):
        next(found)


def test_ahead_stops_when_nobody_asks_any_more(tmp_path: Path) -> None:
    begun: list[int] = []

    def items() -> Iterator[int]:
        for number in count():
            begun.append(number)
            yield number

    found = ahead(items(), 2)
    next(found)
    found.close()
    assert len(begun) <= 4
