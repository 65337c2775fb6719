"""A job is done once, whoever tries, and its row says how it ended."""

import errno

import pytest
from django.db import IntegrityError, transaction

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import Actor
from huiliu.apps.jobs.models import JobRequest
from huiliu.apps.jobs.selectors import due, lock_of, progress_of, worker_runs
from huiliu.apps.jobs.services import JobCancelled, job_ask, job_cancel, job_run, jobs_run
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.locks import hold

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]


def state(job):
    return JobRequest.objects.get(pk=job.pk).state


def test_a_job_is_done_and_its_end_is_told_and_audited(trial, ask):
    job = ask(7)
    assert jobs_run() == 1
    assert (state(job), trial.ran, trial.ended) == ("done", [7], [(7, "done")])
    (row,) = events(EventFilter(action="jobs.end"))
    assert row.details == {"kind": "trial", "subject": 7, "code": ""}
    assert not lock_of(job.pk).exists()
    assert jobs_run() == 0


@pytest.mark.django_db(transaction=True)
def test_a_job_needs_its_callers_transaction(trial, chen):
    with pytest.raises(HuiliuError, match="JOBS-001"):
        job_ask(kind="trial", subject=1, user=chen)


def test_what_is_rolled_back_asks_for_nothing(trial, ask, chen):
    with transaction.atomic():
        job_ask(kind="trial", subject=1, user=chen)
        transaction.set_rollback(True)
    assert due() == []


def test_asked_twice_it_is_the_same_job(ask):
    assert ask(3).pk == ask(3).pk != ask(4).pk


def test_the_database_keeps_one_open_job_of_a_record(ask, chen):
    job = ask(3)
    with pytest.raises(IntegrityError), transaction.atomic():
        JobRequest.objects.create(kind="trial", subject=3, requested_by=chen, asked_at=job.asked_at)


def test_a_second_worker_leaves_a_job_alone_while_the_first_does_it(trial, ask):
    job = ask()
    trial.act = lambda work: seen.append((job_run(work.number), [d.pk for d in due()]))
    seen = []
    assert job_run(job.pk) == "done"
    assert seen == [("running", [])]
    assert trial.ran == [1]
    assert job_run(job.pk) == "done"
    assert trial.ran == [1]


def test_a_job_whose_process_is_gone_is_due_again(trial, ask):
    job = ask()
    JobRequest.objects.update(state="running", starts=1)
    assert [found.pk for found in due()] == [job.pk]
    lock_of(job.pk).parent.mkdir()
    with hold(lock_of(job.pk)):
        assert due() == []
    jobs_run()
    row = JobRequest.objects.get()
    assert (row.state, row.starts, row.cut) == ("done", 2, 1)


def test_a_job_that_kills_its_process_again_and_again_is_given_up(trial, ask):
    job = ask()
    JobRequest.objects.update(state="running", cut=5)
    assert job_run(job.pk) == "failed"
    assert (JobRequest.objects.get().code, trial.ran, trial.ended) == ("JOBS-004", [], [(1, "failed")])


def test_a_refusal_is_kept_with_its_words(trial, ask):
    def refuse(_work):
        raise HuiliuError(code="TRIAL-001", message="没有数据", hint="请换一个日期。")

    trial.act = refuse
    job = ask()
    assert job_run(job.pk) == "failed"
    row = progress_of(JobRequest.objects.get(), "名单")
    assert (row.word, row.text, row.hint) == ("没有完成", "没有数据（TRIAL-001）", "请换一个日期。")


def test_of_a_fault_only_its_kind_is_kept(trial, ask, caplog):
    def fail(_work):
        raise ValueError("440106199001011234")

    trial.act = fail
    assert job_run(ask().pk) == "failed"
    row = JobRequest.objects.get()
    assert (row.code, row.message) == ("JOBS-005", "程序出错（ValueError）")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_no_fault_of_the_program(trial, ask, number):
    """Also where a library put an error of its own in front of it."""

    def fail(_work):
        raise RuntimeError("440106199001011234") from OSError(number, "440106199001011234")

    trial.act = fail
    assert job_run(ask().pk) == "failed"
    row = JobRequest.objects.get()
    assert (row.code, row.message) == ("JOBS-006", "服务器磁盘空间不足，没有完成")
    assert "440106199001011234" not in row.hint


def test_a_waiting_job_is_cancelled_at_once_and_never_run(trial, ask, chen):
    job = ask()
    job_cancel(number=job.pk, user=chen, actor=Actor("chen"))
    assert (state(job), trial.ended, jobs_run(), trial.ran) == ("cancelled", [(1, "cancelled")], 0, [])
    with pytest.raises(HuiliuError, match="JOBS-003"):
        job_cancel(number=job.pk, user=chen, actor=Actor("chen"))


def test_a_running_job_stops_at_its_next_note(trial, ask, chen):
    cleaned = []

    def work_on(work):
        job_cancel(number=work.number, user=chen, actor=Actor("chen"))
        try:
            work.progress("读取", 1, 3)
        except JobCancelled:
            cleaned.append("yes")
            raise

    trial.act = work_on
    assert job_run(ask().pk) == "cancelled"
    assert (cleaned, trial.ended) == (["yes"], [(1, "cancelled")])


def test_nobody_cancels_the_job_of_another(ask, db):
    from huiliu.apps.accounts.services import user_create
    from huiliu.apps.audit.services import SYSTEM

    other = user_create(username="fu", display_name="傅", post="checker", actor=SYSTEM).user
    with pytest.raises(HuiliuError, match="JOBS-002"):
        job_cancel(number=ask().pk, user=other, actor=Actor("fu"))


def test_a_worker_that_ends_leaves_the_job_waiting(trial, ask):
    trial.act = lambda work: work.progress("读取", 1, 2)
    job = ask()
    assert job_run(job.pk, lambda: True) == "waiting"
    assert trial.ended == []
    assert job_run(job.pk) == "done"
    assert JobRequest.objects.get().cut == 0


def test_progress_is_noted_for_the_page(trial, ask, chen, settings):
    seen = []

    def work_on(work):
        work.progress("读取", 250, 1000)
        row = progress_of(JobRequest.objects.get(), "名单", chen)
        seen.append((row.word, row.text, row.percent, row.done, row.total, bool(row.poll), bool(row.cancel)))

    trial.act = work_on
    job_run(ask().pk)
    assert seen == [("正在执行", "读取", 25, 250, 1000, True, True)]


def test_the_row_says_when_nobody_is_there_to_do_it(ask, chen, settings):
    job = ask()
    assert "后台任务没有运行" in progress_of(job, "名单", chen).warning
    with hold(settings.HOME.root / "worker.lock"):
        assert worker_runs()
        assert progress_of(job, "名单", chen).warning == ""


class TestPages:
    def test_the_row_follows_ones_own_job_only(self, client, trial, ask, chen):
        job = ask()
        client.force_login(chen)
        text = client.get(f"/jobs/{job.pk}/").content.decode()
        assert "等候执行" in text
        assert f'hx-get="/jobs/{job.pk}/"' in text
        assert "刷新本页" not in text
        jobs_run()
        response = client.get(f"/jobs/{job.pk}/")
        assert response["HX-Refresh"] == "true"  # the page draws itself anew
        text = response.content.decode()
        assert "已完成" in text
        assert "hx-get" not in text
        assert "刷新本页" in text
        JobRequest.objects.update(requested_by=_other())
        assert client.get(f"/jobs/{job.pk}/").status_code == 404
        assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 404

    def test_cancel_leads_back(self, client, ask, chen):
        job = ask()
        client.force_login(chen)
        answer = client.post(f"/jobs/{job.pk}/cancel/", headers={"referer": "http://testserver/exports/"})
        assert (answer.status_code, answer.url, state(job)) == (302, "http://testserver/exports/", "cancelled")

    def test_cancel_leads_to_no_other_host(self, client, ask, chen):
        client.force_login(chen)
        answer = client.post(f"/jobs/{ask().pk}/cancel/", headers={"referer": "https://example.org/"})
        assert answer.url == "/"


def _other():
    from huiliu.apps.accounts.services import user_create
    from huiliu.apps.audit.services import SYSTEM

    return user_create(username="fu", display_name="傅", post="checker", actor=SYSTEM).user
