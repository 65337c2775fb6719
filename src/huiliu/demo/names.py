"""Names of people, units and places: common characters at random, a few rare ones that need GB18030's four bytes."""

from random import Random

from huiliu.demo.policy import Division

_SURNAMES = "陈李黄张梁林刘吴王罗杨叶曾邓钟谢何赖邱温朱廖古徐袁肖彭蓝戴曹骆江范凌丘郑周蔡许余胡潘卢苏胡冯缪巫游欧阳"
_MEN = "伟强军勇杰涛明超辉斌建国平志文华东海波峰新荣坤祥生发贵福添庆锋威俊豪宇轩"
_WOMEN = "芳娜敏静秀娟英玲丽燕梅霞红云香兰桂珍莲凤琴美清花玉菊思婷嘉欣雅诗惠娇"
_RARE = "㛃𬭎䶮𬱖𫖯㙓"
_INDUSTRIES = "电子 五金 塑胶 制衣 陶瓷 建材 食品 农业 物流 贸易 餐饮 物业 建筑 机械 包装 钟表 模具 生物"
_WORDS = "恒信 嘉源 盛达 宏图 锦程 德利 永丰 泰和 新丰 万顺 佳美 华腾 东辉 鸿业 金禾 正大 合力 友邦 兴隆 百川"
_OFFICES = "教育局 卫生健康局 第一中学 实验小学 人民医院 农业农村局 交通运输局 文化馆 镇人民政府 图书馆 水务局 司法局"
_VILLAGES = "一二三四五六七八九十"


_BANKS = ["合成市农村商业银行", "合成市国有银行营业部", "合成市邮政储蓄银行"]
BANK_TYPES = ("02", "01", "03")  # BIE013, in the order of the banks
_HANDLERS = "甲乙丙丁戊己庚辛壬癸"
TAX_BUREAU = "税务系统"


def bank(serial: int) -> tuple[str, str]:
    """Name and type (BIE013) of the bank that keeps somebody's account."""
    return _BANKS[serial % 3], BANK_TYPES[serial % 3]


def handler(serial: int) -> str:
    """A clerk of the synthetic counter."""
    return f"经办员{_HANDLERS[serial % 10]}"


def town_of(home: str, place: Division) -> tuple[str, str, str]:
    """Town code (9 digits), town name and village code (12 digits) of an address that `address` made."""
    town, _, rest = home.removeprefix(f"合成市{place.name}").partition("镇第")
    code = f"{place.code}{101 + _VILLAGES.index(town[-1])}"
    return code, f"{town}镇", f"{code}{201 + _VILLAGES.index(rest[0])}"


def person_name(rng: Random, sex: str) -> str:
    """Two or three characters; about one name in three hundred holds a character outside GBK."""
    given = _MEN if sex == "1" else _WOMEN
    text = rng.choice(_SURNAMES) + rng.choice(given)
    if rng.random() < 0.003:
        return text + rng.choice(_RARE)
    return text + rng.choice(given) if rng.random() < 0.8 else text


def unit_name(rng: Random, place: Division, sector: str, serial: int) -> str:
    """A name that starts with the synthetic city, so that no real unit can bear it."""
    where = f"合成市{place.name}"
    if sector == "public":
        return f"{where}{rng.choice(_OFFICES.split())}（合成{serial:04d}）"
    ending = "有限公司" if sector == "enterprise" else "经营部"
    return f"{where}{rng.choice(_WORDS.split())}{rng.choice(_INDUSTRIES.split())}{ending}（合成{serial:04d}）"


def address(rng: Random, place: Division) -> str:
    """A street address in the synthetic city down to house number."""
    town = f"{place.name[0]}{rng.choice(_VILLAGES)}镇"
    return f"合成市{place.name}{town}第{rng.choice(_VILLAGES)}村{rng.randrange(1, 300)}号"
