"""Finds numbers typed into prose: digits of any script, percent signs, and Chinese numerals used as quantities."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# Words in which a numeral is not a quantity. Everything else with a numeral is refused, since a missing word costs the
# author a rewording, while a word too many would let an unsourced figure through. 一起 (一起事故), 零差错, 成倍, 半数,
# 一半, 第一名 and the like say how much or how many, so none of them is here.
_WORDS = """
统一 一致 一般 一并 一定 一律 一体化 进一步 逐一 一直 一贯 一向 一概 一旦 一切 一系列 一揽子 一把手 唯一 单一 同一
下一步 下一年 下一阶段 上一年 上一阶段 上一级 下一级 新一轮 任一 一线窗口 一线岗位 一线人员 一如既往 一视同仁 一对一
另一方面 一方面 一站式 一窗通办 一网通办 一卡通 一次性 第一时间 二维码 零余额账户 上半年 下半年 四舍五入 零分
一级指标 二级指标 三级指标 一级项目 二级项目 一级预算单位 二级预算单位 三级预算单位 一级科目 二级科目
一级主任科员 二级主任科员 三级主任科员 四级主任科员 一级调研员 二级调研员 三级调研员 四级调研员
一级巡视员 二级巡视员 一级科员 二级科员 “一上” “二上” “一下” “二下”
（万元） （％） 单位：万元 以万元为单位 万元为单位
千方百计 百姓 千家万户 万无一失 事半功倍 一丝不苟 一目了然 三公经费 “三公” 三重一大 “三重一大” 五险一金
服务三农 三农工作 三农问题 “三农” “三定” “三保” 双随机、一公开 一岗双责 三支一扶 一老一小 一件事一次办
两个维护 四个意识 四个自信 两不愁三保障
"""
FIXED_WORDS = tuple(_WORDS.split())
_NUMERALS = "[一二三四五六七八九十]{1,3}"
_PATTERNS = (
    r"(?<![分百千万亿])之一",
    r"第三方(?![案面式针法])",
    r"“十[一二三四五六]五”|十[一二三四五六]五(?=规划|时期|期间(?!隔))",
    r"(?<![得扣加减满共计为值占到了除])十分(?=重要|必要|明显|显著|紧张|紧迫|有限|突出|困难|关键|迫切|严[重峻]|艰巨|复杂|薄弱|重视|关注)",
    # Enumerations, where a line or clause begins: 一是…；二是…, 第一，…, (一)… and 一、…
    rf"(?:(?<=[。；;：:，,！？!?\n])|\A){_NUMERALS}是(?![否非])",
    rf"(?:(?<=[。；;：:！？!?\n])|\A)第{_NUMERALS}(?=[，,、：:])",
    rf"(?:(?<=[。；;！？!?\n])|\A)(?:[（(]{_NUMERALS}[）)]|{_NUMERALS}、)",
)
# Signs and words of quantity that Unicode does not call numeric.
QUANTITY_SIGNS = frozenset("%％‰‱٪两俩仨半倍")
# Formal numerals that are mostly parts of words (参照, 队伍, 大陆): a quantity only beside another numeral.
_MOSTLY_WORDS = frozenset("参伍什拾陆漆陌")
_FIXED = re.compile("|".join([*map(re.escape, sorted(FIXED_WORDS, key=len, reverse=True)), *_PATTERNS]))
_WITHOUT_NUMERAL = re.compile("翻番")
_NUMBER = r"[\d〇零一二三四五六七八九十百千万亿两俩仨半廿卅壹贰叁肆伍陆柒捌玖拾佰仟点.,]+[多余来几]?"
_MEASURE = "[次台个项条件人名位户家笔份批套座处辆例起宗张册款场期天年分元倍成]|人次|小时|分钟|个月"
_AMOUNT = re.compile(
    rf"[百千万]分之|百分点|{_NUMBER}(?:元|倍|成(?![功员立绩果为本效人都熟长套]))|半数|[大多过减对]半|翻番"
    rf"|\A(?:约|近|共计?|超过?|逾|达到?|不足|至少|全年|累计)?{_NUMBER}(?:{_MEASURE})(?:左右|以上|以下|以内)?\Z"
)


@dataclass(frozen=True)
class TypedNumber:
    """One run of numeral characters in plain text; `start` counts characters from 0."""

    start: int
    text: str


def is_numeral(character: str) -> bool:
    """Digits of every script and width, Roman and circled numbers, fractions, 十, 百, 万, 零 …, percent signs."""
    return character in QUANTITY_SIGNS or unicodedata.numeric(character, None) is not None


def typed_numbers(text: str, *, opens: bool = True) -> Iterator[TypedNumber]:
    """Every run of numerals outside the fixed words; `15.76` is one run, since a point between digits belongs to it.

    Only a text that `opens` its line may begin with the mark of an enumeration: behind a figure 一、 is none.
    """
    shift = 0 if opens else 1
    whole = text if opens else f"某{text}"
    covered = {place for match in _FIXED.finditer(whole) for place in range(match.start() - shift, match.end() - shift)}
    told = {place for match in _WITHOUT_NUMERAL.finditer(text) for place in range(*match.span())}
    start: int | None = None
    for place, character in enumerate(text + " "):
        numeral = is_numeral(character) and not _part_of_word(text, place)
        inside = place in told or (place not in covered and numeral)
        if start is None and inside:
            start = place
        elif start is not None and not inside and not _joins(text, place):
            yield TypedNumber(start, text[start:place])
            start = None


def is_amount(text: str) -> bool:
    """Whether declared words hold a share or an amount of money (百分之三十, 三万二千元), or are a mere count."""
    plain = unicodedata.normalize("NFKC", _FIXED.sub("；", text.strip()))
    return _AMOUNT.search(plain) is not None


def _part_of_word(text: str, place: int) -> bool:
    around = text[max(0, place - 1) : place] + text[place + 1 : place + 2]
    return text[place : place + 1] in _MOSTLY_WORDS and not any(map(is_numeral, around))


def _joins(text: str, place: int) -> bool:
    """Whether the mark at this place only separates two numerals, as in 15.76 or 1,234."""
    return text[place : place + 1] in {".", ",", "．", "，", "点"} and any(map(is_numeral, text[place + 1 : place + 2]))
