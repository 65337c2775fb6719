"""The pages of exports: one's own records and files, the password once, and everything but files for control."""

import pytest

from huiliu.apps.exports.models import Export, ExportDownload
from huiliu.apps.jobs.services import jobs_run

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def at(people):
    from django.test import Client

    def sign_in(name):
        client = Client()
        client.force_login(people[name])
        return client

    return sign_in


def text(answer):
    return answer.content.decode()


def test_a_record_shows_how_far_it_is_and_then_the_file(at, ask):
    export = ask().export
    page, chen = f"/exports/{export.key}/", at("chen")
    shown = text(chen.get(page))
    assert "等候执行" in shown
    assert f'hx-get="/jobs/{export.job_id}/"' in shown
    assert "后台任务没有运行" in shown
    assert "下载文件" not in shown
    assert chen.get(f"{page}file/").status_code == 404
    jobs_run()
    shown = text(chen.get(page))
    assert "可下载" in shown
    assert "下载文件" in shown
    assert Export.objects.get().digest in shown
    answer = chen.get(f"{page}file/")
    raw = b"".join(answer.streaming_content)
    assert (raw[:2], int(answer["Content-Length"]), answer["Cache-Control"]) == (b"PK", len(raw), "no-store")
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E8%AF%95")
    assert "127.0.0.1" in text(chen.get(page))


def test_asking_whether_it_is_there_hands_out_nothing(at, ask):
    export = ask().export
    jobs_run()
    assert at("chen").head(f"/exports/{export.key}/file/").status_code == 405
    assert not ExportDownload.objects.exists()


def test_of_others_there_is_nothing_to_see_but_for_control(at, ask):
    export = ask().export
    jobs_run()
    page = f"/exports/{export.key}/"
    assert (at("wang").get(page).status_code, at("wang").get(f"{page}file/").status_code) == (404, 404)
    assert export.title not in text(at("wang").get("/exports/"))
    assert at("wang").get("/exports/all/").status_code == 403
    control = at("nei")
    assert "chen名" in text(control.get("/exports/all/"))
    shown = text(control.get(page))
    assert "GD-2025-7" in shown
    assert "下载文件" not in shown
    assert control.get(f"{page}file/").status_code == 404


def test_the_list_says_where_each_stands(at, ask):
    ask()
    assert "等候执行" in text(at("chen").get("/exports/"))
    jobs_run()
    assert "可下载" in text(at("chen").get("/exports/"))


def test_a_long_one_says_what_it_waits_for(at, ask, few):
    export = ask().export
    assert "审批：审批中" in text(at("chen").get(f"/exports/{export.key}/"))
    assert f"/exports/{export.key}/" in text(at("nei").get(f"/control/requests/{export.request_id}/"))
