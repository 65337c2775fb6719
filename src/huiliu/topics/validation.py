"""Whether a query may be asked at all: of this topic, by this viewer; refused before any SQL is made."""

from collections.abc import Sequence

from huiliu.topics import expressions, offers
from huiliu.topics.definition import Item, Topic
from huiliu.topics.errors import not_offered, protected, too_large, unknown_item, wrong_shape, wrong_side
from huiliu.topics.query import Condition, GroupCondition, Measure, Query
from huiliu.topics.sight import Sight
from huiliu.topics.values import read_value
from huiliu.topics.words import OF_MEASURES, WITH_OTHER_ITEM, WITHOUT_VALUE, Operator

MOST_ITEMS, MOST_GROUPS, MOST_CONDITIONS, MOST_VALUES = 60, 10, 20, 1000
MOST_GROUP_ITEMS, MOST_MEASURES, MOST_SORTS = 4, 8, 4
MOST_ROWS = 1_000_000
MOST_MONTHS = 1200


def check(query: Query, topic: Topic, sight: Sight) -> None:
    """Raises QRY-002 … QRY-008 for the first thing that may not be; a query that passes can be compiled."""
    if query.topic != topic.name:
        raise wrong_shape("查询不属于这个主题", "请重新选择主题。")
    _check_sizes(query)
    for condition, where in numbered(query.conditions):
        check_condition(condition, item_of(topic, condition.item, where), topic, sight, where)
    if query.is_statistics:
        _check_statistics(query, topic, sight)
    else:
        _check_list(query, topic, sight)


def numbered(conditions: Sequence[Sequence[Condition]]) -> list[tuple[Condition, str]]:
    """Each condition with its place as people count."""
    return [
        (condition, f"第 {group} 组第 {number} 个条件")
        for group, members in enumerate(conditions, 1)
        for number, condition in enumerate(members, 1)
    ]


def item_of(topic: Topic, name: str, where: str) -> Item:
    """The item of a name; QRY-002 where the topic has none."""
    if name not in topic.by_name:
        raise unknown_item(where)
    return topic.by_name[name]


def check_condition(condition: Condition, item: Item, topic: Topic, sight: Sight, where: str) -> None:
    """One comparison: allowed of this item, and with a right side of the right kind and number."""
    allowed, place = offers.operators(item, sight), f"{where}（{item.label}）"
    if condition.operator not in allowed:
        if item.is_protected and not offers.is_plain(item, sight):
            raise protected(place, "条件")
        raise not_offered(place, condition.operator.label)
    given = [bool(condition.values), condition.other is not None, condition.months is not None]
    if sum(given) != (0 if condition.operator in WITHOUT_VALUE else 1):
        raise wrong_side(place, "请填写值，或选择另一个项目，只能其一。")
    if condition.values:
        _check_values(condition, item, place)
    if condition.other is not None:
        _check_other(condition, item, item_of(topic, condition.other, place), place)
    if condition.months is not None:
        _check_months(condition, item, place)


def _check_values(condition: Condition, item: Item, where: str) -> None:
    expected = {Operator.BETWEEN: 2}.get(condition.operator, 1)
    if condition.operator == Operator.AMONG:
        if len(condition.values) > MOST_VALUES:
            raise too_large(f"{where}的值", MOST_VALUES)
    elif len(condition.values) != expected:
        raise wrong_side(where, f"“{condition.operator.label}”须有 {expected} 个值。")
    for text in condition.values:
        read_value(item.kind, text, where)


def _check_other(condition: Condition, item: Item, other: Item, where: str) -> None:
    if item.is_protected or other.is_protected:
        raise protected(where, "与另一项目比较")
    if condition.operator not in WITH_OTHER_ITEM or (item.kind, item.codes) != (other.kind, other.codes):
        raise wrong_side(where, "只能与同一类、同一代码表的另一个项目比较大小或是否相等。")


def _check_months(condition: Condition, item: Item, where: str) -> None:
    months = condition.months or 0
    if item.kind not in ("month", "date") or condition.operator not in WITH_OTHER_ITEM or abs(months) > MOST_MONTHS:
        raise wrong_side(where, "只有年月和日期可以与数据日期前后若干月比较。")


def _check_list(query: Query, topic: Topic, sight: Sight) -> None:
    if query.group_conditions:
        raise wrong_shape("名单不能有统计结果条件", "请改为统计，或去掉统计结果条件。")
    if not sight.lists:
        raise wrong_shape("您的岗位没有查看名单的权限", "请改为统计，或请有权限的岗位查询。")
    if not query.items or query.group_by or query.pivot:
        raise wrong_shape("名单须选择要显示的项目，且不能分组", "请选择项目；要分组请选择统计方式。")
    for name in query.items:
        item_of(topic, name, "显示的项目")
    for sort in query.sort:
        item = item_of(topic, sort.by, "排序")
        if not offers.is_plain(item, sight):
            raise protected(f"排序（{item.label}）", "排序")


def _check_statistics(query: Query, topic: Topic, sight: Sight) -> None:
    if query.items:
        raise wrong_shape("统计不能同时列出名单的项目", "请去掉显示的项目，或去掉统计方式。")
    for name in query.group_by:
        _check_group(item_of(topic, name, "分组"), sight)
    for measure in query.measures:
        _check_measure(measure, topic, sight)
    if query.pivot is not None and (query.pivot not in query.group_by or len(query.group_by) < 2):
        raise wrong_shape("横向项目须是两个以上分组项目之一", "请先选择两个分组项目。")
    columns = {*query.group_by, *(measure.name for measure in query.measures)}
    if any(sort.by not in columns for sort in query.sort):
        raise unknown_item("排序")
    if query.group_conditions and not query.group_by:
        raise wrong_shape("没有分组，不能有统计结果条件", "请选择分组项目，或去掉统计结果条件。")
    measures = {measure.name: measure for measure in query.measures}
    for number, condition in enumerate(query.group_conditions, 1):
        where = f"第 {number} 个统计结果条件"
        if condition.measure not in measures:
            raise unknown_item(where)
        _check_group_condition(condition, measures[condition.measure], topic, where)


def _check_group_condition(condition: GroupCondition, measure: Measure, topic: Topic, where: str) -> None:
    """One comparison of a measure that may be taken, with values of the measure's kind."""
    item = topic.by_name[measure.item] if measure.item else None
    place = f"{where}（{topic.measure_label(measure.aggregate, item)}）"
    if condition.operator not in OF_MEASURES:
        raise not_offered(place, condition.operator.label)
    expected = 2 if condition.operator == Operator.BETWEEN else 1
    if len(condition.values) != expected:
        raise wrong_side(place, f"“{condition.operator.label}”须有 {expected} 个值。")
    for text in condition.values:
        read_value(expressions.measure_kind(measure.aggregate, item), text, place)


def _check_group(item: Item, sight: Sight) -> None:
    if offers.can_group(item, sight):
        return
    if item.is_protected:
        raise protected(f"分组（{item.label}）", "分组")
    raise not_offered(f"分组（{item.label}）", "分组")


def _check_measure(measure: Measure, topic: Topic, sight: Sight) -> None:
    if measure.item is None:
        if measure.aggregate != "count":
            raise wrong_shape(f"“{measure.aggregate.label}”须选择项目", "请选择要统计的项目。")
        return
    item = item_of(topic, measure.item, "统计的项目")
    if measure.aggregate in offers.aggregates(item, sight):
        return
    if item.is_protected:
        raise protected(f"统计（{item.label}）", "统计")
    raise not_offered(f"统计（{item.label}）", measure.aggregate.label)


def _check_sizes(query: Query) -> None:
    sizes = [
        ("显示的项目", len(query.items), MOST_ITEMS),
        ("条件组", len(query.conditions), MOST_GROUPS),
        *(("一组中的条件", len(group), MOST_CONDITIONS) for group in query.conditions),
        ("分组项目", len(query.group_by), MOST_GROUP_ITEMS),
        ("统计方式", len(query.measures), MOST_MEASURES),
        ("排序项目", len(query.sort), MOST_SORTS),
        ("行数", query.limit or 0, MOST_ROWS),
        ("统计结果条件", len(query.group_conditions), MOST_MEASURES),
    ]
    for what, size, most in sizes:
        if size > most:
            raise too_large(what, most)
    if any(not group for group in query.conditions) or (query.limit is not None and query.limit < 1):
        raise wrong_shape("条件组是空的，或行数小于 1", "请删去空的条件组，行数请填正整数。")
    sorts, compared = tuple(sort.by for sort in query.sort), tuple(each.measure for each in query.group_conditions)
    for names in (query.items, query.group_by, query.measures, sorts, compared):
        if len(set(names)) != len(names):
            raise wrong_shape("同一项目选了两次", "请删去重复的项目。")
