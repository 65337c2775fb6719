"""Numbers that are right in form and can belong to nobody, by prefixes that no authority has given out."""

from datetime import date

from huiliu.kernel.identifiers import credit_check_char, resident_check_char

# GB/T 2260 has no 4499xx; telephone numbers starting 100 are no mobile range; a card number whose first digit is 0 is
# kept for ISO/TC 68 and other industries by ISO/IEC 7812-1, no bank issues it.
CITY = "449900"
MOBILE_PREFIX = "100"
CARD_PREFIX = "044990"

_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def resident_id(division: str, born: date, serial: int) -> str:
    """An 18-digit resident identity number; an odd serial (1 to 999) is a man's, an even one a woman's."""
    first17 = f"{division}{born:%Y%m%d}{serial:03d}"
    return first17 + resident_check_char(first17)


def credit_code(kind: str, division: str, serial: int) -> str:
    """A unified social credit code: two characters of kind, division, organisation code with its own check, check."""
    body = f"{serial:08d}"
    total = sum(weight * int(digit) for weight, digit in zip(_ORGANISATION_WEIGHTS, body, strict=True))
    check = "0123456789X0"[11 - total % 11]  # GB 11714: ten is X, eleven is 0
    first17 = f"{kind}{division}{body}{check}"
    return first17 + credit_check_char(first17)


def bank_account(serial: int) -> str:
    """A 19-digit card number with its Luhn digit."""
    body = f"{CARD_PREFIX}{serial:012d}"
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 - place % 2)
        total += value - 9 if value > 9 else value
    return f"{body}{-total % 10}"


def mobile(serial: int) -> str:
    """Eleven digits, starting 100."""
    return f"{MOBILE_PREFIX}{serial:08d}"
