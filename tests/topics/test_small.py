"""Small cells: what is hidden can not be worked out from what is shown."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from huiliu.topics.small import Cell, hidden


def table(counts):
    """A pivot of persons by two items, with the totals of rows and columns and of everything."""
    cells = [Cell((a, b), 0, n) for (a, b), n in counts.items()]
    rows, columns = Counter(), Counter()
    for (a, b), n in counts.items():
        rows[a] += n
        columns[b] += n
    cells += [Cell((a, None), 1, n) for a, n in rows.items()]
    cells += [Cell((None, b), 2, n) for b, n in columns.items()]
    return [*cells, Cell((None, None), 3, sum(counts.values()))]


def test_nothing_small_hides_nothing():
    assert hidden(table({("a", "x"): 3, ("b", "x"): 40}), 2) == set()


def test_one_small_group_takes_the_next_smallest_with_it():
    cells = [Cell(("a",), 0, 2), Cell(("b",), 0, 9), Cell(("c",), 0, 7), Cell((None,), 1, 18)]
    assert hidden(cells, 1) == {0, 2}


def test_a_small_group_alone_takes_its_total_with_it():
    assert hidden([Cell(("a",), 0, 2), Cell((None,), 1, 2)], 1) == {0, 1}
    assert hidden([Cell((), 0, 1)], 0) == {0}


def test_two_single_persons_are_not_told_by_what_the_total_leaves():
    cells = [Cell(("a",), 0, 1), Cell(("b",), 0, 1), Cell(("c",), 0, 8), Cell(("d",), 0, 9), Cell((None,), 1, 19)]
    assert hidden(cells, 1) == {0, 1, 2}
    assert hidden([*cells[:2], Cell((None,), 1, 2)], 1) == {0, 1, 2}


def test_no_persons_at_all_is_no_secret_as_a_total():
    assert hidden([Cell((None,), 1, 0)], 1) == set()


@given(st.dictionaries(st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz")), st.integers(1, 9), min_size=1))
def test_no_line_gives_a_cell_away(counts):
    cells = table(counts)
    closed = hidden(cells, 2)
    by_place = {(cell.group, cell.total): n for n, cell in enumerate(cells)}
    assert all(n in closed for n, cell in enumerate(cells) if cell.persons < 3)
    for n, cell in enumerate(cells):
        if n in closed:
            continue
        members = {
            1: [m for m, c in enumerate(cells) if c.total == 0 and c.group[0] == cell.group[0]],
            2: [m for m, c in enumerate(cells) if c.total == 0 and c.group[1] == cell.group[1]],
            3: [m for m, c in enumerate(cells) if c.total == 0],
        }.get(cell.total, [])
        gone = [m for m in members if m in closed]
        assert not gone or (len(gone) > 1 and sum(cells[m].persons for m in gone) >= 3)
        for side in (1, 2) if cell.total == 3 else ():
            assert len([m for m, c in enumerate(cells) if c.total == side and m in closed]) != 1
    assert by_place
