"""What was approved is kept with the signature and done outside of it: once, whatever cuts it off in between."""

import pytest
from django.db import connection

from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.apps.control.services import step_decide
from huiliu.apps.datahub.models import LibraryAct, Night
from huiliu.apps.datahub.selectors import library
from huiliu.apps.datahub.selectors.acts import told_of
from huiliu.apps.datahub.selectors.rollback import open_request
from huiliu.apps.datahub.services import acts, acts_run, nights_refresh, rollback_ask
from huiliu.apps.datahub.tests.town import FIRST_DAY, SECOND_DAY
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.locks import hold
from huiliu.lake.home import LakeHome

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs, pytest.mark.slow]


class PowerCutError(BaseException):
    """As a kill: nothing catches it."""


def cut(*_given, **_named):
    raise PowerCutError


@pytest.fixture
def people(db):
    posts = ("it", "leader")
    return {post: user_create(username=post, display_name="陈", post=post, actor=SYSTEM).user for post in posts}


@pytest.fixture
def agreed(town, people):
    """A rollback to the first day that was asked for and granted, and not done yet."""
    nights_refresh()
    return agree(people)


def agree(people):
    request = rollback_ask(applicant=people["it"], day=FIRST_DAY, reason="批次有误", actor=Actor("it"))
    actor = Actor("leader", "单位领导", "10.0.0.9")
    step_decide(number=request.pk, decider=people["leader"], decision="approved", actor=actor)
    request.refresh_from_db()
    return request


@pytest.fixture
def granted(own_town, agreed):
    """The same in a lake of its own."""
    return agreed


def recorded():
    return list(events(EventFilter(action="datahub.rollback")))


def day():
    return library().pointer().business_date


def test_the_signature_writes_no_lake_and_keeps_what_is_to_be_done(town, agreed):
    assert (agreed.status, day()) == ("approved", SECOND_DAY)
    act = LibraryAct.objects.get(request=agreed)
    assert (act.state, act.approver, act.approver_post) == ("waiting", "leader", "单位领导")
    assert recorded() == []
    assert open_request(FIRST_DAY) == agreed.pk


def test_the_page_says_how_far_it_is_and_asks_again_by_itself(town, agreed, people, client, settings):
    client.force_login(people["it"])
    address = f"/control/requests/{agreed.pk}/"
    page = client.get(address).content.decode()
    assert "等候执行" in page
    assert "后台任务没有运行" in page
    assert f'hx-get="{address}"' in page
    with hold(settings.HOME.root / "worker.lock"):
        assert "后台任务随即执行" in client.get(address).content.decode()
    LibraryAct.objects.update(state="failed", ended_at=agreed.finished_at, code="LAKE-050", message="行有变化")
    page = client.get(address).content.decode()
    assert "没有执行" in page
    assert "行有变化" in page
    assert "hx-get" not in page


def test_what_no_longer_holds_is_given_up_and_written_down(town, agreed, monkeypatch):
    def moved(*_given):
        raise HuiliuError(code="ROLLBACK-002", message="申请之后又有数据发布", hint="请重新提出。")

    monkeypatch.setattr("huiliu.apps.datahub.services.rollback._current_plan", moved)
    assert acts_run() == 0
    act = LibraryAct.objects.get(request=agreed)
    assert (act.state, act.code, act.snapshot) == ("failed", "ROLLBACK-002", None)
    [event] = recorded()
    assert (event.outcome, event.actor, event.details["code"]) == ("refused", "leader", "ROLLBACK-002")
    assert open_request(FIRST_DAY) is None


def test_while_a_night_runs_it_waits(town, agreed, monkeypatch):
    def busy(*_given):
        raise HuiliuError(code="LAKE-001", message="另一个入库进程正在写入回流库", hint="请等它结束。")

    monkeypatch.setattr("huiliu.apps.datahub.services.rollback.roll_back", busy)
    assert acts_run() == 1
    assert LibraryAct.objects.get(request=agreed).state == "waiting"
    told = told_of(agreed)
    assert told.is_open
    assert recorded() == []


def test_two_processes_do_not_do_it_at_once(town, agreed, settings, monkeypatch):
    monkeypatch.setattr("huiliu.apps.datahub.services.rollback.roll_back", cut)
    with hold(settings.HOME.root / "acts.lock"):
        assert acts_run() == 1
    assert LibraryAct.objects.get(request=agreed).state == "waiting"


def test_one_that_breaks_keeps_none_of_the_others_waiting(town, agreed, people, settings, monkeypatch):
    """What broke it is told, and it has its next turn."""
    other = agree(people)

    def broken(request, _clock):
        if request.pk == agreed.pk:
            raise KeyError("from")
        raise HuiliuError(code="LAKE-041", message="已是在用数据的日期", hint="")

    work = acts.WORKS["library_rollback"]
    monkeypatch.setitem(acts.WORKS._items, "library_rollback", acts.Work(broken, work.entry))
    with pytest.raises(KeyError):
        acts_run()
    assert {act.request_id: act.state for act in LibraryAct.objects.all()} == {agreed.pk: "waiting", other.pk: "failed"}
    with hold(settings.HOME.root / "worker.lock"):
        assert "处理中出错；稍后自动再试" in told_of(agreed).detail


@pytest.mark.slow
def test_cut_off_between_commit_and_publication_it_is_found_done(granted, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("huiliu.lake.rollback.publish", cut)
        with pytest.raises(PowerCutError):
            acts_run()
    assert day() == SECOND_DAY
    assert acts_run() == 0
    act = LibraryAct.objects.get(request=granted)
    assert (act.state, act.code, act.snapshot) == ("done", "", library().pointer().snapshot)
    assert day() == FIRST_DAY
    [event] = recorded()
    assert event.outcome == "ok"


@pytest.mark.slow
@pytest.mark.parametrize("place", ["roll_back", "nights_project", "record"])
def test_cut_off_anywhere_it_is_taken_up_and_done_once(granted, place, monkeypatch):
    module = "huiliu.apps.datahub.services." + ("rollback" if place == "roll_back" else "acts")
    with monkeypatch.context() as broken:
        broken.setattr(f"{module}.{place}", cut)
        with pytest.raises(PowerCutError):
            acts_run()
    assert LibraryAct.objects.get(request=granted).state == "running"
    assert day() == (SECOND_DAY if place == "roll_back" else FIRST_DAY)
    committed = library().pointer().snapshot
    assert acts_run() == 0
    assert acts_run() == 0
    assert day() == FIRST_DAY
    assert library().pointer().snapshot == committed + (place == "roll_back")
    act = LibraryAct.objects.get(request=granted)
    assert (act.state, act.snapshot) == ("done", library().pointer().snapshot)
    [event] = recorded()
    assert (event.actor, event.details["snapshot"], event.details["days"]) == ("leader", act.snapshot, ["2025-04-01"])
    assert Night.objects.filter(kind="restore").count() == 1
    assert "已在库中生效" in told_of(granted).detail


@pytest.mark.slow
def test_the_lake_is_written_outside_of_any_transaction(granted, monkeypatch):
    """What the test itself opens is the only transaction there is."""
    depth, seen = len(connection.savepoint_ids), []
    real = acts.WORKS["library_rollback"]

    def commit(request, clock):
        seen.append(len(connection.savepoint_ids))
        return real.commit(request, clock)

    monkeypatch.setitem(acts.WORKS._items, "library_rollback", acts.Work(commit, real.entry))
    acts_run()
    assert seen == [depth]


@pytest.mark.slow
def test_a_running_night_keeps_the_lock_and_the_act_comes_after_it(granted, settings):
    with LakeHome(settings.HOME.lake).writer():
        assert acts_run() == 1
    assert LibraryAct.objects.get(request=granted).code == "LAKE-001"
    assert acts_run() == 0
    assert day() == FIRST_DAY
