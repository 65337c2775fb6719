"""Numbers in lists: whatever can be undone leads back to the same person, and what was lost is said, not guessed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.kernel.identifiers import resident_check_char
from huiliu.kernel.listed_numbers import By, read_listed

ID = "449900197001010018"
OLD = "449900700101001"
WITH_X = "44990019400202002X"


def resident(area, day, order):
    first = f"{area}{day:%Y%m%d}{order:03}"
    return first + resident_check_char(first)


residents = st.builds(
    resident,
    st.sampled_from(["449902", "449921", "110101"]),
    st.dates(date(1920, 1, 1), date(2020, 1, 1)),
    st.integers(1, 999),
)
HARMLESS = [
    lambda text: f" {text} ",
    lambda text: f"'{text}",
    lambda text: f"“{text}”",
    lambda text: f"\u200b{text}\ufeff",
    lambda text: " ".join([text[:6], text[6:14], text[14:]]),
    lambda text: "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text),
    lambda text: text.lower(),
    lambda text: f"{text}\u3000\t",
]


class TestUndone:
    @pytest.mark.parametrize(
        ("sent", "said"),
        [
            (ID, ()),
            ("4499 0019 7001 0100 18", ("去掉空格和不可见字符",)),
            (f"'{ID}", ("去掉引号",)),
            ("４４９９００１９７００１０１００１８", ("全角转半角",)),
            (f"\u202d{ID}\u202c", ("去掉空格和不可见字符",)),
            (OLD, ("15 位换算为 18 位",)),
            (int(OLD), ("数字单元格转为文本", "15 位换算为 18 位")),
            (f"{OLD}.0", ("去掉小数尾 .0", "15 位换算为 18 位")),
            ("4.49900700101001E+14", ("科学计数法还原", "15 位换算为 18 位")),
        ],
    )
    def test_one_person_in_many_spellings(self, sent, said):
        listed = read_listed(sent, By.ID_NUMBER)
        assert listed.ids == (ID, OLD)
        assert (listed.repairs, listed.problem) == (said, "")

    def test_a_small_x(self):
        listed = read_listed(WITH_X.lower(), By.AUTO)
        assert listed.ids[0] == WITH_X
        assert listed.repairs == ("小写 x 改为大写",)

    def test_a_person_number_that_was_a_number_may_lack_zeros(self):
        listed = read_listed(44990000000001.0, By.PERSON_NO)
        assert (listed.number, listed.stripped, listed.ids) == ("44990000000001", "44990000000001", ())
        assert not listed.is_text

    def test_one_with_its_zeros_lacks_none(self):
        assert read_listed("00123", By.PERSON_NO).stripped == ""

    @given(residents, st.lists(st.sampled_from(HARMLESS), max_size=4))
    def test_harmless_damage_leads_back_to_the_same_number(self, number, damages):
        sent = number
        for damage in damages:
            sent = damage(sent)
        listed = read_listed(sent, By.ID_NUMBER)
        assert listed.ids[0] == number
        assert listed.problem == ""

    @given(st.text(st.sampled_from("0123456789XxE+-. '’\u3000０９８.ａ"), max_size=24), st.sampled_from(By))
    def test_no_digit_is_ever_made_up(self, sent, by):
        """What is looked for is what was sent, less what stood around it; or its exponent written out."""
        listed = read_listed(sent, by)
        digits = [sign for sign in sent.translate({ord(c): ord(c) - 0xFEE0 for c in "０９８"}) if sign.isdigit()]
        for key in {*listed.ids, listed.number, listed.stripped} - {""}:
            left = iter(digits)
            whole = key if len(key) != 18 or "15 位换算为 18 位" not in listed.repairs else key[:6] + key[8:17]
            assert all(digit in left for digit in whole if digit.isdigit())


class TestPointedOut:
    @pytest.mark.parametrize(
        ("sent", "words"),
        [
            ("4.41602E+17", "科学计数法"),
            ("4.49900E+13", "科学计数法"),
            ("4.4990019700101E+17", "科学计数法"),
            ("4E+17", "科学计数法"),
            (449900197001010018, "只保留前 15 位"),
            (4.4990019700101e17, "只保留前 15 位"),
            (float("nan"), "只保留前 15 位"),
            (f"{ID}.0", "末几位可能已改变"),
            (12.5, "不是号码"),
            (-5, "不是号码"),
            (True, "不是号码"),
            ("", "号码为空"),
            (None, "号码为空"),
            (" ' ", "号码为空"),
            ("44990019700101O018", "校验码不符|不应出现|18 位"),
            ("44990019700101001８８", "18 位"),
            ("44990019400202002×", "不应出现"),
            ("44990019700101001②", "不应出现"),
        ],
    )  # fmt: skip
    def test_what_was_lost_is_said_and_looked_for_nowhere(self, sent, words):
        listed = read_listed(sent, By.ID_NUMBER)
        assert listed.ids == ()
        assert any(word in listed.problem for word in words.split("|"))

    def test_a_wrong_check_digit_is_looked_for_as_it_stands(self):
        listed = read_listed("449900197001010011", By.AUTO)
        assert listed.ids[0] == "449900197001010011"
        assert listed.problem == "校验码不符"

    def test_three_zeros_at_the_end_may_be_a_spreadsheet(self):
        assert "000" in read_listed("449900197001010000", By.AUTO).note

    @given(residents)
    def test_a_spreadsheet_that_kept_fifteen_digits_is_never_believed(self, number):
        if number.isdigit():
            for sent in (
                int(number),
                float(number),
                f"{float(number):.5E}",
                f"{int(number)}.0",
                f"{float(number):.13e}",
            ):
                assert read_listed(sent, By.AUTO).ids == ()
                assert read_listed(sent, By.AUTO).number == ""
                assert "丢失" in read_listed(sent, By.AUTO).problem or "改变" in read_listed(sent, By.AUTO).problem


def test_no_word_repeats_the_number():
    for sent in ("4.41602E+17", f"{ID}.0", "449900197001010011", "449900197001"):
        listed = read_listed(sent, By.AUTO)
        assert sent not in repr(listed)
        assert ID not in repr(listed)
