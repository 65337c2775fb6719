"""An evaluation in an installation of its own. Imports stand inside: this may be read before Django is set up."""

from datetime import timedelta

import pytest

TABLE = """{
  "agency": "甲市社会保险基金管理局", "project": "信息化维护", "year": 2024, "completeness": "full",
  "budget": {"initial": 20, "issued": 15.76, "executed": 15.76, "unit": "万元"}, "spent": 15.76,
  "indicators": [
    {"level1": "过程", "level2": "资金管理", "level3": "资金支出率", "completion": "100.00%",
     "weight": 60, "score": 60},
    {"level1": "效益", "level2": "满意度", "level3": "服务对象满意度", "weight": 40, "score": 36.11}
  ],
  "total": 96.11, "grade": "优", "total_weight": 100, "source": "测试资料"
}"""


@pytest.fixture
def place(settings, tmp_path, db):
    """An empty installation."""
    settings.HOME = type(settings.HOME)(tmp_path / "home").create()
    return settings.HOME


@pytest.fixture
def project(place):
    """One evaluation, imported and rendered."""
    from huiliu.apps.performance.services import Delivered, evaluation_import, report_render

    evaluation = evaluation_import(delivered=Delivered("jia-2024", TABLE, "gd-heyuan-2024"))
    report_render(name="jia-2024")
    return evaluation


@pytest.fixture
def at(client, place):
    """Sign in at a post; returns the client."""
    from huiliu.apps.accounts.services import user_create
    from huiliu.apps.audit.services import SYSTEM

    def sign(post):
        client.force_login(user_create(username=post, display_name="陈", post=post, actor=SYSTEM).user)
        return client

    return sign


PEOPLE = {
    "kuai": "finance", "he": "control", "ling": "leader", "wang": "clerk", "tian": "it", "hu": "checker",
}  # fmt: skip


@pytest.fixture
def spring(settings):
    """3 March 2025, everywhere."""
    from huiliu.apps.performance.tests.form import clock

    settings.HUILIU_CLOCK = clock(2025, 3, 3)
    return settings.HUILIU_CLOCK


@pytest.fixture
def people(db, spring):
    """User name → account, each at one post; laid down in two statements."""
    from django.contrib.auth import get_user_model

    from huiliu.apps.accounts.posts import POSTS
    from huiliu.apps.accounts.services import Grant

    now, model = spring.now(), get_user_model()
    model.objects.bulk_create(model(username=name, display_name=name, password="!", created_at=now) for name in PEOPLE)
    found = {user.username: user for user in model.objects.all()}
    Grant.objects.bulk_create(
        Grant(
            user=found[name], post=post, family=POSTS[post].family, duty=POSTS[post].duty, level="L1",
            granted_at=now, expires_on=now.date() + timedelta(days=700),
        )
        for name, post in PEOPLE.items()
    )  # fmt: skip
    return found


@pytest.fixture
def as_of(client, people):
    """`as_of("kuai")`: a browser in which the person is signed in."""

    def sign(name):
        client.force_login(people[name])
        return client

    return sign
