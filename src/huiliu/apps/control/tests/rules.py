"""Ways to try what is forbidden, and kinds of request made for tests."""

from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction

from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.apps.control.models import ApprovalRequest, ApprovalStep
from huiliu.apps.control.services import EXECUTORS, Executor, NewRequest, request_submit
from huiliu.kernel.clock import TZ
from huiliu.kernel.errors import HuiliuError

TODAY = date(2025, 3, 31)
NOW = datetime(2025, 3, 31, 9, 0, tzinfo=TZ)


def refused(code: str):
    return pytest.raises(HuiliuError, match=code)


def raw(step: ApprovalStep, decider, decision="approved", **more) -> int:
    """Sign past the service, as a program with the models in its hands would."""
    fields = {"decision": decision, "decider": decider, "decided_at": NOW, "decided_on": TODAY, **more}
    with transaction.atomic():
        return ApprovalStep.objects.filter(pk=step.pk).update(**fields)


def blocked(code: str):
    return pytest.raises(IntegrityError, match=code)


def steps(request) -> list[ApprovalStep]:
    return list(request.steps.order_by("round", "position"))


MANAGER = """
label: 付款
basis: 测试
steps:
  - {name: 经办, duty: check, post: clerk}
"""
PAYMENT = """
label: 付款
basis: 测试
steps:
  - {name: 复核, duty: check, post: checker}
  - {name: 再复核, duty: check, post: checker}
"""
BIG = """
label: 大额付款
basis: 测试
steps:
  - {name: 复核, duty: check, post: checker}
  - name: 领导审批
    duty: approve
    post: leader
    amount_from:
      unit: yuan
      values:
        2024-01-01: {value: 50000, source: 测试, verified: false}
        2025-04-01: {value: 10000, source: 测试, verified: false}
"""


def define(tmp_path, settings, text: str) -> None:
    """A further kind of request in a folder of the installation; what it does is nothing."""
    (tmp_path / "approvals").mkdir(exist_ok=True)
    (tmp_path / "approvals" / "payment.yaml").write_text(text, "utf-8")
    settings.HUILIU_CATALOG_ROOTS = (tmp_path,)
    if "payment" not in EXECUTORS:
        EXECUTORS.add("payment", Executor(lambda request: None, lambda request, actor, clock: ""))


def manager(tmp_path, settings) -> None:
    define(tmp_path, settings, MANAGER)


def two_checks(tmp_path, settings) -> None:
    define(tmp_path, settings, PAYMENT)
    user_create(username="li", display_name="li", post="checker", actor=SYSTEM)


def ask_payment(office, fen) -> ApprovalRequest:
    wanted = NewRequest("payment", f"{fen}", "采购", amount_fen=fen)
    return request_submit(applicant=office["ji"], wanted=wanted, actor=Actor("ji"))
