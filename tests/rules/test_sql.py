"""The SQL subset: what rules need passes, everything else is refused with its reason."""

import pytest

from huiliu.catalog.tables.benefit.benefit_payment import benefit_payment
from huiliu.catalog.tables.person.death_record import death_record
from huiliu.rules.sql import placeholders, problems

READS = (benefit_payment, death_record)
GOOD = """
SELECT p.person_no AS subject, p.benefit_month AS occurred_on, sum(p.amount) AS amount
FROM benefit_payment AS p
JOIN death_record AS d USING (person_no)
WHERE p.pay_state = '1' AND p.benefit_month > months_add(month_of(d.died_on), $grace)
GROUP BY ALL
"""


def test_the_plain_form_passes():
    assert problems(GOOD, READS, {"grace"}) == []
    assert placeholders(GOOD) == {"grace"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("GROUP BY ALL", "GROUP BY p.person_no, p.benefit_month HAVING sum(p.amount) > 0 ORDER BY ALL"),
        ("JOIN death_record AS d USING (person_no)", "LEFT JOIN death_record AS d ON d.person_no = p.person_no"),
        ("sum(p.amount) AS", "CAST(NULL AS DECIMAL(16, 2)) AS"),
        ("sum(p.amount) AS", "sum(CASE WHEN p.amount > 0 THEN p.amount ELSE 0 END) AS"),
        ("sum(p.amount) AS", "sum(p.amount) FILTER (WHERE p.amount > 0) AS"),
        ("WHERE", "WHERE NOT EXISTS (SELECT 1 FROM death_record AS e WHERE e.died_on > $day) AND"),
        ("WHERE", "WHERE p.benefit_item IN (SELECT q.benefit_item FROM benefit_payment AS q) AND"),
        ("WHERE", "WHERE coalesce(p.benefit_item, '') NOT IN ('100021') AND p.payee IS NOT NULL AND"),
        ("WHERE", "WHERE p.benefit_month BETWEEN month_of(d.died_on) AND month_of($day) AND"),
        ("WHERE", "WHERE substr(p.person_no, 7, 8) = '19491231' AND p.person_no LIKE 'A%' AND"),
    ],
)
def test_what_rules_need_passes(old, new):
    assert problems(GOOD.replace(old, new, 1), READS, {"grace"}) == []


def test_common_tables_and_windows_pass():
    query = """
    WITH numbered AS (
        SELECT p.person_no, p.benefit_month, p.amount,
               row_number() OVER (PARTITION BY p.person_no ORDER BY p.payment_no) AS place
        FROM benefit_payment AS p
    )
    SELECT n.person_no AS subject, n.benefit_month AS occurred_on, n.amount AS amount
    FROM numbered AS n WHERE n.place = 1
    """
    assert problems(query, (benefit_payment,), ()) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("GROUP BY ALL", "; DROP TABLE person", "只能有一条 SELECT 语句"),
        ("GROUP BY ALL", "UNION ALL SELECT 'a', 1, 2", "只能有一条 SELECT 语句"),
        ("GROUP BY ALL", "GROUP", "查询语句无法解析"),
        ("GROUP BY ALL", "GROUP BY ALL LIMIT 1", "不允许使用 LIMIT"),
        ("p.person_no AS subject", "p.person_no", "结果列须依次为 subject、occurred_on、amount"),
        ("sum(p.amount) AS amount", "sum(p.amount) AS amount, 1 AS more", "结果列须依次为"),
        ("sum(p.amount) AS amount", "*", "不能用 *"),
        ("sum(p.amount)", "avg(p.amount)", "不允许使用 AVG"),
        ("sum(p.amount)", "sum(p.amount) / 2", "不允许使用 DIV"),
        ("sum(p.amount)", "CAST(sum(p.amount) AS DOUBLE)", "CAST 只能转为"),
        ("p.amount", "p.amuont", "列名有误"),
        ("p.amount", "d.amount", "列名有误"),
        ("death_record", "unit", "数据表 unit 没有在 reads 中声明"),
        ("death_record", "other.death_record", "数据表 death_record 没有在 reads 中声明"),
        ("death_record", "'/etc/passwd'", "没有在 reads 中声明"),
        ("death_record", "read_csv('/etc/passwd')", "（表函数） 没有在 reads 中声明"),
        ("JOIN death_record", "SEMI JOIN death_record", "连接只能用"),
        ("JOIN death_record AS d USING (person_no)", "NATURAL JOIN death_record AS d", "连接只能用"),
        ("JOIN death_record AS d USING (person_no)", ", death_record AS d", "每个 JOIN 都要写 ON 或 USING"),
        ("$grace", "$other", "参数 $other 没有在 YAML 中声明"),
        ("$grace", "?", "没有在 YAML 中声明"),
        ("$grace", "0", "YAML 声明了参数 grace，查询却没有用到"),
        ("WHERE", "WHERE p.amount > 5000 AND", "数字 5000 应作为参数写进 YAML"),
        ("WHERE", "WHERE p.amount + 30 > 0 AND", "数字 30 应作为参数写进 YAML"),
        ("WHERE", "WHERE d.died_on > DATE '2024-01-01' AND", "日期 2024-01-01 应作为参数写进 YAML"),
        ("WHERE", "WHERE d.died_on < current_date AND", "不允许使用 CURRENTDATE"),
        ("WHERE", "WHERE random() > 0 AND", "不允许使用 RAND"),
        ("WHERE", "WHERE getenv('HOME') = 'a' AND", "函数 getenv 不在允许之列"),
        ("WHERE", "WHERE p.person_no ~ 'a' AND", "不允许使用 REGEXP"),
        ("SELECT p", "WITH RECURSIVE t AS (SELECT 1 AS a) SELECT p", "不允许递归查询"),
        ("SELECT p", "WITH benefit_payment AS (SELECT 1 AS a) SELECT p", "与数据表重名"),
        ("benefit_payment AS p", "benefit_payment AS p TABLESAMPLE 10%", "不允许使用 TABLESAMPLE"),
    ],
)
def test_everything_else_is_refused_with_its_reason(old, new, problem):
    assert problem in "；".join(problems(GOOD.replace(old, new, 1), READS, {"grace"}))


def test_declared_tables_are_used_and_day_is_reserved():
    alone = (
        "SELECT p.person_no AS subject, p.benefit_month AS occurred_on, p.amount AS amount FROM benefit_payment AS p"
    )
    assert problems(alone, READS, ()) == ["reads 声明了 death_record，查询却没有用到"]
    assert "保留给数据日期" in "；".join(problems(f"{alone} WHERE p.benefit_month < $day", (benefit_payment,), {"day"}))
