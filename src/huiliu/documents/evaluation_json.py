"""An evaluation as text and back: what was signed is kept whole, and prints the same numbers years later."""

from dataclasses import dataclass, fields
from functools import cache

from pydantic import TypeAdapter, ValidationError

from huiliu.documents import errors
from huiliu.documents.evaluation_file import EvaluationFile, FileInput, evaluation_file
from huiliu.kernel.figures import Figure, FigureBook
from huiliu.scoring.assessment import Assessment, Lack, LevelAssessed, Line, RowAssessed
from huiliu.scoring.profile import Profile

FORM = "huiliu-evaluation/1"


@dataclass(frozen=True)
class _Kept:
    """What an EvaluationFile is made of; the figures in the order in which they rest on each other."""

    form: str
    given: FileInput
    figures: tuple[Figure, ...]
    profile: Profile
    rows: tuple[RowAssessed, ...]
    levels: tuple[LevelAssessed, ...]
    grade: str
    grade_least: str
    grade_most: str
    grade_declared: str
    lines: tuple[Line, ...]
    lacks: tuple[Lack, ...]


def dumped(file: EvaluationFile) -> str:
    """The evaluation as JSON: every figure with formula, inputs and records, numbers as exact decimal text.

    Equal evaluations give equal text.
    """
    own = {one.name: getattr(file.assessment, one.name) for one in fields(_Kept) if hasattr(file.assessment, one.name)}
    kept = _Kept(form=FORM, given=file.given, figures=tuple(file.assessment.book.values()), **own)
    return _adapter().dump_json(kept, indent=1).decode()


def loaded(text: str) -> EvaluationFile:
    """The evaluation that `dumped` wrote; raises HuiliuError DOC-030 for anything else."""
    try:
        kept = _adapter().validate_json(text)
    except ValidationError as error:
        raise errors.not_an_evaluation() from error
    if kept.form != FORM:
        raise errors.not_an_evaluation()
    book = FigureBook()
    for figure in kept.figures:
        book.add(figure)
    own = {one.name: getattr(kept, one.name) for one in fields(Assessment) if one.name != "book"}
    return evaluation_file(Assessment(book=book, **own), kept.given)


@cache
def _adapter() -> TypeAdapter[_Kept]:
    return TypeAdapter(_Kept)
