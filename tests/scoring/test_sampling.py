"""Drawing by lot: as anybody can do it again with openssl, whatever the order of the rows."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from huiliu.scoring.sampling import drawn, lots, seed_of

SEED = "057c10a43ea69cf7d66ce8860eda7f920ddc8b5fc23ff462c400caa7042124f8"
CODES = st.sets(st.text("0123456789ABC", min_size=1, max_size=3), min_size=1, max_size=12)


def test_seed_and_lots_are_what_openssl_gives() -> None:
    # printf '%s' 'aaa…a|xxh|2025|2025-03-10' | openssl dgst -sm3; then SEED:01 and so on.
    assert seed_of("a" * 64, "xxh", 2025, date(2025, 3, 10)) == SEED
    assert [(one.row, one.lot[:12]) for one in lots(SEED, ["01", "02", "03"])] == [
        ("01", "dc2cd5b9e0b2"), ("03", "e92fb12bee7e"), ("02", "fd835a57c4a5")]  # fmt: skip


@given(CODES, st.integers(1, 12), st.randoms())
def test_the_order_of_rows_does_not_matter_and_a_larger_sample_holds_the_smaller(codes, size, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(codes)
    random.shuffle(shuffled)
    found = drawn(SEED, shuffled, size)
    assert found == drawn(SEED, sorted(codes), size)
    assert len({one.row for one in found}) == len(found) == min(size, len(codes))
    assert drawn(SEED, codes, size + 1)[:size] == found


def test_another_day_or_chain_is_another_seed() -> None:
    seeds = {seed_of(link, "xxh", 2025, date(2025, 3, day)) for link in ("a" * 64, "b" * 64) for day in (10, 11)}
    assert len(seeds) == 4
