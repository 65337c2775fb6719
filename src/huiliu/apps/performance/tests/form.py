"""A whole 目标申报表 with nothing to mend, and one line to do each thing with it; literal values, invented."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from decimal import Decimal

from huiliu.apps.audit.services import Actor
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.scoring.targets import MoneyUse, TargetRow

D = Decimal
WHOLE = {"kind": "≥", "basis": "运维合同", "evidence": "验收单", "formula": "逐次计数"}
ROWS = (
    TargetRow("01", "产出", "数量指标", "系统巡检次数", value=D(12), unit="次", weight=D(20), purpose="ops", **WHOLE),
    TargetRow("02", "产出", "质量指标", "系统可用率", value=D("99.5"), unit="%", weight=D(10), **WHOLE),
    TargetRow("03", "产出", "成本指标", "系统运维费", value=D(100000), unit="元/年", weight=D(20), paired_output="01",
              purpose="ops", money_dependent=True, **WHOLE | {"kind": "≤"}),
    TargetRow("04", "效益", "社会效益指标", "办件平均等候", value=D(15), unit="分钟", weight=D(30),
              **WHOLE | {"kind": "≤"}),
    TargetRow("05", "满意度", "服务对象满意度", "参保人满意度", value=D(90), unit="%", weight=D(10), **WHOLE),
)  # fmt: skip
USE = MoneyUse("ops", "系统运维", D(100000))
FINANCE = Actor("kuai")


def clock(*day):
    """Nine o'clock of a day."""
    return FixedClock(datetime(*day, 9, 0, tzinfo=TZ))


def later(minutes=5):
    """So much later on the same day."""
    from django.conf import settings

    settings.HUILIU_CLOCK = FixedClock(settings.HUILIU_CLOCK.now() + timedelta(minutes=minutes))


def by(name="kuai"):
    """The person and the audit's name of the person, the one in finance unless told otherwise."""
    from huiliu.apps.accounts.selectors import user_by_name

    return {"user": user_by_name(name), "actor": Actor(name)}


def begun(stage="first", year=2025, who="kuai", **more):
    """A version without rows."""
    from huiliu.apps.performance.services import NewVersion, version_draft

    wanted = NewVersion("xxh", year, stage, name="社保信息化维护", profile="national", **more)
    return version_draft(wanted=wanted, **by(who))


def written(version, rows=ROWS, use=USE):
    """The version with its objective, rows and money, put in one by one as a person does."""
    from huiliu.apps.performance.services import Words, row_put, use_put, version_describe

    words = Words("系统全年稳定运行", "甲财〔2025〕1号", date(2025, 2, 1))
    version_describe(number=version.pk, words=words, **by())
    for row in rows:
        row_put(number=version.pk, row=row, **by())
    use_put(number=version.pk, use=use, **by())
    version.refresh_from_db()
    return version


def _numbers(row):
    given = {name: getattr(row, name) for name in ("value", "upper", "weight")}
    return {name: "" if number is None else f"{number:f}" for name, number in given.items()}


def filled(version, rows=ROWS, use=USE):
    """The same laid down in three statements: the services that do it one by one have tests of their own."""
    from huiliu.apps.performance.models import TargetRow as Kept
    from huiliu.apps.performance.models import TargetUse

    version.objective, version.document_no, version.document_on = (
        "系统全年稳定运行",
        "甲财〔2025〕1号",
        date(2025, 2, 1),
    )
    version.save()
    day = version.touched_on
    Kept.objects.bulk_create(
        Kept(version=version, position=at, entered_on=day, **asdict(row) | _numbers(row)) for at, row in enumerate(rows)
    )
    TargetUse.objects.create(version=version, code=use.code, name=use.name, amount_fen=int(use.amount * 100),
                             entered_on=day)  # fmt: skip
    return version


def submitted(version, people, **reasons):
    """The version in the hands of those who sign."""
    from huiliu.apps.performance.services import Submission, version_submit

    return version_submit(
        number=version.pk, submission=Submission("年度目标", reasons), applicant=people["kuai"], actor=FINANCE
    )


def signed(version, people, *who, decision="approved", comment=""):
    """The next signatures, each by one person."""
    from huiliu.apps.control.services import step_decide

    version.refresh_from_db()
    for name in who:
        step_decide(number=version.request_id, decider=people[name], decision=decision, comment=comment,
                    actor=Actor(name))  # fmt: skip
    version.refresh_from_db()
    return version
