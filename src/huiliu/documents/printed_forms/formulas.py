"""The formula of a figure in a spreadsheet: its own expression, with the cells in which its inputs are printed."""

import ast
import re
from collections.abc import Iterator, Mapping
from itertools import groupby

from xlsxwriter.utility import xl_rowcol_to_cell

from huiliu.kernel.figures import Figure

_NAME = re.compile(r"\{([^{}]+)\}")
_LONGEST = 8000  # a spreadsheet takes 8192 characters
Place = tuple[int, int]


def formula(figure: Figure, places: Mapping[str, Place]) -> str | None:
    """`=SUM(H7:H9)` and the like; None where an input is not printed as a number, or there is nothing to compute."""
    names: list[str] = _NAME.findall(figure.expression)
    if not names or figure.value is None or any(name not in places for name in names):
        return None
    waiting = iter(range(len(names)))
    tree = ast.parse(_NAME.sub(lambda _: f"v{next(waiting)}", figure.expression), mode="eval")
    written = _written(tree.body, [places[name] for name in names])
    return None if written is None or len(written) > _LONGEST else f"={written}"


def _written(node: ast.expr, cells: list[Place]) -> str | None:
    match node:
        case ast.Constant(value=int() | float() as number):
            return str(number)
        case ast.Name(id=name):
            return _cell(cells[int(name[1:])])
        case ast.BinOp():
            return _binary(node, cells)
        case ast.Call(func=ast.Name(id=name), args=args):
            return _call(name, [_written(one, cells) for one in args])
    return None


def _binary(node: ast.BinOp, cells: list[Place]) -> str | None:
    summed = list(_summed(node))
    if len(summed) > 2:
        return _sum([cells[int(one.id[1:])] for one in summed])
    left, right = _written(node.left, cells), _written(node.right, cells)
    return None if left is None or right is None else f"({left}{_SIGNS[type(node.op)]}{right})"


def _cell(place: Place) -> str:
    return str(xl_rowcol_to_cell(*place))


def _summed(node: ast.expr) -> Iterator[ast.Name]:
    """The names of a plain sum; nothing where it holds anything else."""
    names = [one for one in ast.walk(node) if isinstance(one, ast.Name)]
    kinds = {type(one) for one in ast.walk(node)} - {ast.BinOp, ast.Add, ast.Name, ast.Load}
    if not kinds:
        yield from sorted(names, key=lambda one: int(one.id[1:]))


def _sum(cells: list[Place]) -> str:
    """Runs of cells below one another as ranges."""
    ordered = sorted(cells, key=lambda cell: (cell[1], cell[0]))
    runs = [
        [cell for _, cell in group]
        for _, group in groupby(enumerate(ordered), key=lambda one: (one[1][1], one[1][0] - one[0]))
    ]
    return f"SUM({','.join(_range(run) for run in runs)})"


def _range(run: list[Place]) -> str:
    first, last = _cell(run[0]), _cell(run[-1])
    return first if len(run) == 1 else f"{first}:{last}"


def _call(name: str, args: list[str | None]) -> str | None:
    if None in args or name not in _CALLS:
        return None
    return f"{_CALLS[name]}({','.join(str(one) for one in args)})"


_SIGNS: Mapping[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_CALLS: Mapping[str, str] = {"min": "MIN", "max": "MAX", "round": "ROUND"}
