"""Templates that were sent in, what each asks for, and the names that a template may use."""

from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, QuerySet

from huiliu.apps.control.services.files import file_kept
from huiliu.apps.performance.models import FormTemplate
from huiliu.documents.evaluation_file import EvaluationFile
from huiliu.documents.evaluation_templates import template_data, template_names
from huiliu.documents.model import FigureRef
from huiliu.documents.template_words import Asked, TemplateData, words_of
from huiliu.documents.templates import Filled, Name, fill_template
from huiliu.kernel.figures import FigureBook


@dataclass(frozen=True)
class Use:
    """One placeholder of a template: as it is written, what it is, where it first stands, how often, what it prints."""

    written: str
    label: str
    where: str
    times: int
    text: str
    figure: str


def templates() -> QuerySet[FormTemplate]:
    """Every version of every template."""
    return FormTemplate.objects.all()


def in_use() -> list[FormTemplate]:
    """The newest version of every name that is not retired."""
    newer = FormTemplate.objects.filter(name=OuterRef("name"), version__gt=OuterRef("version"))
    return list(FormTemplate.objects.filter(~Exists(newer), retired_on=None))


def template_by_number(number: int) -> FormTemplate | None:
    """One version."""
    return FormTemplate.objects.filter(pk=number).first()


def is_newest(template: FormTemplate) -> bool:
    """Whether no later version took its place."""
    return not FormTemplate.objects.filter(name=template.name, version__gt=template.version).exists()


def versions_of(name: str) -> list[FormTemplate]:
    """Every version of a name, newest first."""
    return list(FormTemplate.objects.filter(name=name))


def tried(content: bytes, file: EvaluationFile) -> tuple[Filled, tuple[Use, ...]]:
    """A template filled with an evaluation, and each placeholder that it asked for; raises what filling raises."""
    asked: list[Asked] = []
    data = replace(template_data(file), asked=asked)
    filled = fill_template(content, data)
    return filled, _uses(asked, data, file)


def uses_of(template: FormTemplate, file: EvaluationFile) -> tuple[Use, ...]:
    """What a kept template asks for, with what it would print of an evaluation; raises what filling raises."""
    return tried(file_kept(template.digest), file)[1]


def names_like(file: EvaluationFile, words: str) -> list[Name]:
    """The names whose code, meaning, list or example holds the words; all of them without words."""
    wanted = words.strip().casefold()
    return [
        one
        for one in template_names(file)
        if wanted in f"{one.list_name} {one.name} {one.label} {one.sample}".casefold()
    ]


def _uses(asked: list[Asked], data: TemplateData, file: EvaluationFile) -> tuple[Use, ...]:
    labels = {(one.list_name, one.name): one.label for one in template_names(file)}
    places: dict[tuple[str, str, str | None], list[Asked]] = {}
    for one in asked:
        places.setdefault((one.list_name, one.name, one.style), []).append(one)
    return tuple(_use(found, data, labels) for found in places.values())


def _use(found: list[Asked], data: TemplateData, labels: dict[tuple[str, str], str]) -> Use:
    first = found[0]
    style = f"|{first.style}" if first.style else ""
    where = f"{first.where}（循环 {first.list_name}）" if first.list_name else first.where
    label = labels.get((first.list_name, first.name), "")
    text, figure = _printed(first, data.figures)
    return Use(f"{{{{{first.name}{style}}}}}", label, where, len({one.where for one in found}), text, figure)


def _printed(asked: Asked, figures: FigureBook) -> tuple[str, str]:
    """How it reads, and the one figure it is, if it is one and nothing else."""
    cell = asked.cell if isinstance(asked.cell, tuple) else (asked.cell,)
    found = [one.figure_id for one in cell if isinstance(one, FigureRef)]
    text = words_of(asked.cell, asked.style, figures)
    return text, found[0] if len(found) == 1 and len(cell) == 1 else ""
