"""A layout: how one place's form is filled in from the truth, and into which kind of file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from forms.layouts import into_docx, into_pdf, into_xlsx
from forms.layouts.page import Form, Printed
from forms.truth import Truth

Fill = Callable[[Truth], Sequence[Form]]
Write = Callable[[Sequence[Form], Path], Path]


@dataclass(frozen=True)
class Layout:
    """`hard`: what a reader will stumble over. One file holds one table or several."""

    name: str
    variant: str
    suffix: str
    fill: Fill
    hard: str
    write: Write | None = None

    def build(self, truth: Truth, folder: Path) -> Path:
        """The file, filled in."""
        path = folder / f"{self.name}-{truth.facts.seed}{self.suffix}"
        write: Write = self.write or {
            ".xlsx": into_xlsx.workbook, ".docx": into_docx.document, ".pdf": into_pdf.document,
        }[self.suffix]  # fmt: skip
        return write(self.fill(truth), path)

    def printed(self, truth: Truth) -> tuple[Printed, ...]:
        """What each table of the file says, in the order of the file."""
        return tuple(form.printed for form in self.fill(truth))

    def expected(self, truth: Truth) -> Mapping[str, str]:
        """Exchange path to printed text, of the first table."""
        return self.printed(truth)[0].expected

    def unreadable(self, truth: Truth) -> tuple[str, ...]:
        """Texts that a reader must name as not understood, of all tables."""
        return tuple(text for printed in self.printed(truth) for text in printed.unreadable)
