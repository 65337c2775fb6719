"""The report as plain data for the web page: blocks of segments, each figure with the address of its trace."""

from typing import Any

from huiliu.documents.layout import LaidBlock, Run, Runs, lay_out
from huiliu.documents.model import Report


def report_html_blocks(report: Report) -> list[dict[str, Any]]:
    """Blocks in printing order, ready for a template.

    Each has `kind` (title, heading, paragraph, table, note, signature), `level`, `number` and `segments`; a table has
    `heads` and `rows` of segment lists and `note`; a chart has the names of its series as `heads`, `bars` (`label`, and
    `values` with segments and `share`, the length of the bar in percent) and `note`;
    a signature has `day`. A segment has `kind` (text, figure, literal),
    `text`, and for a figure `figure_id` and `href` (`#figure-<id>`), for a literal `origin`, `literal_kind`, `source`.
    """
    return [_block(block, report) for block in lay_out(report)]


def _block(block: LaidBlock, report: Report) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "kind": block.kind,
        "level": block.level,
        "number": block.number,
        "segments": _segments(block.runs, report),
    }
    if block.kind == "table":
        plain["heads"] = [
            {"segments": _segments(head, report), "align": align}
            for head, align in zip(block.heads, block.aligns, strict=True)
        ]
        plain["rows"] = [
            [
                {"segments": _segments(cell, report), "align": align}
                for cell, align in zip(row, block.aligns, strict=True)
            ]
            for row in block.rows
        ]
        plain["note"] = _segments(block.note, report)
    if block.kind == "chart":
        plain["heads"] = [{"segments": _segments(head, report)} for head in block.heads]
        plain["bars"] = [
            {
                "label": _segments(row[0], report),
                "values": [
                    {"segments": _segments(cell, report), "share": None if share is None else round(share * 100)}
                    for cell, share in zip(row[1:], shares, strict=True)
                ],
            }
            for row, shares in zip(block.rows, block.shares, strict=True)
        ]
        plain["note"] = _segments(block.note, report)
    if block.kind == "signature":
        plain["day"] = _segments(block.day, report)
    return plain


def _segments(runs: Runs, report: Report) -> list[dict[str, str]]:
    return [_segment(run, report) for run in runs]


def _segment(run: Run, report: Report) -> dict[str, str]:
    plain = {"kind": run.kind, "text": run.text}
    if run.kind == "figure":
        figure = report.figures[run.figure_id]
        plain |= {
            "figure_id": figure.id,
            "href": f"#figure-{figure.id}",
            "label": figure.label,
            "state": figure.state_label,
        }
    if run.literal is not None:
        literal = run.literal
        plain |= {"origin": literal.origin.value, "literal_kind": literal.kind, "source": literal.source}
    return plain
