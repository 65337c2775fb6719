"""Whether a free text holds a number that names a person: identity number, mobile number, bank card."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from huiliu.kernel.identifiers import IdentifierKind, check_bank_card, check_resident_id

_RUN = re.compile(r"[0-9]+[0-9A-Za-z]*|[A-Za-z]{3}[0-9]{12}(?![0-9])")
_BETWEEN = re.compile(r"[^0-9A-Za-z\u3400-\u9fff]+")
_HAN = re.compile("[\\u3400-\\u9fff]")
_LONGEST = 20
"""More signs than any such number has."""
_EIGHTEEN = re.compile(r"(?=([0-9]{17}[0-9Xx]))")
_MOBILE = re.compile(r"(?:(?:00)?86)?1[3-9][0-9]{9}")
_CARD = re.compile(r"[3-6][0-9]{15,18}")


def holds_personal_number(text: str) -> bool:
    """Whether the text holds such a number, also one written with spaces, dashes or full-width digits.

    An identity number is recognised by its check character and birth date, a card by its Luhn digit, so that of the
    long numbers of files few are mistaken for one. Names cannot be recognised.
    """
    return any(map(_is_personal, _runs(unicodedata.normalize("NFKC", text))))


def _runs(text: str) -> Iterator[str]:
    """Runs of digits of every row of neighbouring pieces, joined: `138-0000-0001` is one number, and so is its part.

    A row ends with a piece that holds a Chinese word, or where the pieces after its first are longer than any number:
    what could follow begins in a later piece.
    """
    pieces = [piece for piece in _BETWEEN.split(text) if piece]
    for start, first in enumerate(pieces):
        row = first
        yield from _RUN.findall(row)
        for piece in pieces[start + 1 : start + 1 + _LONGEST]:
            row += piece
            yield from _RUN.findall(row)
            if _HAN.search(piece) or len(row) - len(first) > _LONGEST:
                break


def _is_personal(run: str) -> bool:
    return _is_identity(run) or any(map(_is_number, re.findall("[0-9]+", run)))


def _is_identity(run: str) -> bool:
    if any(check_resident_id(found).ok for found in _EIGHTEEN.findall(run)):
        return True
    check = check_resident_id(run)
    return check.ok and check.kind is IdentifierKind.FOREIGN_PERMANENT_15 and _is_day(run[7:13])


def _is_number(digits: str) -> bool:
    old = len(digits) == 15 and check_resident_id(digits).ok
    return old or bool(_MOBILE.fullmatch(digits)) or _is_card(digits)


def _is_day(six: str) -> bool:
    """The foreigners' old number holds a birth date of six digits and no check character."""
    try:
        date(2000 + int(six[:2]), int(six[2:4]), int(six[4:]))
    except ValueError:
        return False
    return True


def _is_card(number: str) -> bool:
    return bool(_CARD.fullmatch(number)) and check_bank_card(number).ok
