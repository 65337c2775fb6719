"""The table of check codes for docs/evaluation.md, written from the checks themselves."""

from huiliu.scoring.findings import SEVERITIES, all_checks


def codes_table() -> str:
    """A Markdown table: code, what it says, severities (the usual one first), when it is found, identity, tolerance."""
    lines = ["| code | finding | severity | what must hold | identity | tolerance |", "|---|---|---|---|---|---|"]
    for item in sorted(all_checks().values(), key=lambda item: item.code):
        severities = ", ".join(f"{word} {SEVERITIES[word]}" for word in item.severities)
        cells = (item.code, item.label, severities, item.explanation, item.identity, item.tolerance)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
