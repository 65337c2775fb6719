"""国标导出 as a page: one person asks, another agrees, the worker writes, and only a sealed archive leaves."""

import io
import json

import pytest
import pyzipper

from huiliu.apps.accounts.services import NewGrant, grant_add, grant_revoke, user_open, user_prepare
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import SYSTEM
from huiliu.apps.control.selectors.purposes import accepted_matters
from huiliu.apps.datahub.models import Night
from huiliu.apps.datahub.selectors.library import look_seen, seen_now
from huiliu.apps.datahub.services import nights_refresh
from huiliu.apps.datahub.tests.town import FIRST_DAY, LI_ID, Site
from huiliu.apps.exports.selectors import exports
from huiliu.apps.jobs.services import jobs_run
from huiliu.kernel.errors import HuiliuError

pytestmark = pytest.mark.django_db
PAGE = "/datahub/standard/"


@pytest.fixture
def office(town, settings, tmp_path):
    """The town's lake, and a data folder for sealed files."""

    class Home(Site):
        @property
        def lake(self):
            return town.home.lake

    settings.HOME = Home(tmp_path)
    nights_refresh()
    return town


@pytest.fixture
def at(client, office):
    """`at("chen")`: signed in as one who may, of the whole city up to L4."""
    made = {}

    def sign(name, post="control", level="L4"):
        if name not in made:
            if name != "nei":  # somebody who may agree has to be there
                sign("nei")
            user = user_prepare(username=name, display_name=f"{name}名", actor=SYSTEM).user
            user_open(user=user, actor=SYSTEM)
            grant_add(user=user, wanted=NewGrant(post, None, frozenset(), level), basis="installation", actor=SYSTEM)
            user.must_change_password, user.is_active = False, True
            user.save(update_fields=("must_change_password", "is_active"))
            made[name] = user
        client.force_login(made[name])
        client.user = made[name]
        return client

    return sign


def ask(client, **more):
    from django.conf import settings

    matter = accepted_matters(settings.HUILIU_CLOCK.now().date())[0].code
    given = {"format": "both", "is_encrypted": "True", "matter": matter, "case_number": "审计〔2025〕7号", **more}
    return client.post(PAGE, given)


def agree(name, at, request):
    at(name).post(f"/control/requests/{request}/decide/", {"decision": "approved", "comment": "同意"})


@pytest.mark.slow
def test_it_waits_for_a_second_person_however_few_rows_there_are(at):
    answer = ask(at("chen"))
    export = exports().get()
    assert export.password.reveal() in answer.content.decode()
    assert (export.job, export.request.kind, export.state) == (None, "export_standard", "asked")
    assert jobs_run() == 0
    agree("chen", at, export.request_id)
    assert exports().get().job is None  # nobody agrees to their own


@pytest.mark.slow
def test_agreed_to_it_is_written_sealed_and_told_table_by_table(at):
    ask(at("chen"))
    export = exports().get()
    password = export.password.reveal().encode()
    agree("nei", at, export.request_id)
    assert jobs_run() == 1
    export = exports().get()
    assert export.state == "ready", export.job.code
    assert export.rows == export.asked_rows == sum(table["rows"] for table in export.told["tables"])
    assert (len(export.told["tables"]), export.told["valid"], export.told["faults"]) == (20, True, 0)
    assert export.password is None
    client = at("chen")
    page = client.get(f"/exports/{export.key}/").content.decode()
    for words in ("按 GB/T 40217 结构输出", "结构校验一致", "未经标准指定的机构认证", "离退休人员", "待核事项"):
        assert words in page
    raw = b"".join(client.get(f"/exports/{export.key}/file/").streaming_content)
    assert LI_ID.encode() not in raw
    with pyzipper.AESZipFile(io.BytesIO(raw)) as archive:
        names = archive.namelist()
        assert all(entry.flag_bits & 1 for entry in archive.infolist())
        assert LI_ID in archive.read("xml/人员信息.xml", password).decode("gb18030")
        manifest = json.loads(archive.read("manifest.json", password))
    assert {"导出说明.txt", "manifest.json", "xml/人员信息.xsd"} <= set(names)
    assert sum(table["rows"] for table in manifest["tables"]) == export.rows
    assert [(row.user.username) for row in export.downloads.all()] == ["chen"]
    row = events(EventFilter(action="datahub.interchange_export")).get()
    assert (row.actor, row.outcome, row.details["rows"]) == ("chen", "ok", export.rows)
    assert "审计〔2025〕7号" in row.purpose


@pytest.mark.slow
def test_the_day_that_was_chosen_is_written(at, office):
    at("chen")
    client = at("chen")
    assert str(FIRST_DAY) in client.get(f"{PAGE}?as_of={FIRST_DAY}").content.decode()
    ask(client, as_of=str(FIRST_DAY), format="csv")
    export = exports().get()
    agree("nei", at, export.request_id)
    jobs_run()
    export = exports().get()
    assert (export.as_of, export.snapshot, export.told["valid"]) == (FIRST_DAY, office.first, None)
    assert "不做结构校验" in at("chen").get(f"/exports/{export.key}/").content.decode()


def test_what_was_seen_is_read_whatever_is_published_later(office):
    kept = seen_now(FIRST_DAY)
    assert kept == {"as_of": "2025-03-31", "snapshot": office.first}
    with look_seen({**kept, "as_of": "2025-04-01"}) as seen:  # the day was taken again: the snapshot decides
        assert (seen.snap.version, seen.now.version) == (office.first, office.second)
    with pytest.raises(HuiliuError, match="LIBRARY-004"), look_seen({"snapshot": 99}):
        pass


def test_what_was_withdrawn_since_is_given_to_nobody(office):
    Night.objects.filter(snapshot=office.first).update(standing="withdrawn")
    with pytest.raises(HuiliuError, match="LIBRARY-004"), look_seen({"as_of": "2025-03-31", "snapshot": office.first}):
        pass


@pytest.mark.parametrize(("post", "level", "says"), [("control", "L2", "INTERCHANGE-007"), ("clerk", "L4", "403")])
def test_less_than_the_whole_city_in_full_is_refused(at, post, level, says):
    answer = ask(at("chen", post, level))
    text = answer.content.decode()
    assert "没有全市范围、L4 级的导出权限" in text if says != "403" else answer.status_code == 403
    assert exports().count() == 0


def test_without_a_sealed_archive_nothing_is_asked(at):
    answer = ask(at("chen"), is_encrypted="")
    assert answer.status_code == 200
    assert exports().count() == 0


@pytest.mark.slow
def test_cancelled_while_it_is_written_nothing_is_left(at, settings, monkeypatch):
    from huiliu.apps.datahub.services import standard
    from huiliu.apps.jobs.services import JobCancelled

    def stopped(self, phase, *_more):
        if phase == "写出":
            raise JobCancelled

    ask(at("chen"))
    agree("nei", at, exports().get().request_id)
    monkeypatch.setattr(standard._Told, "step", stopped)
    jobs_run()
    assert exports().get().state == "stopped"
    assert [path.name for path in (settings.HOME.root / "exports").iterdir()] == []


@pytest.mark.slow
def test_a_right_that_was_withdrawn_yields_nothing(at, office):
    ask(at("chen"))
    agree("nei", at, exports().get().request_id)
    grant_revoke(grant=at("chen").user.grants.get(), why="调整", actor=SYSTEM)
    jobs_run()
    export = exports().get()
    assert (export.state, export.job.code) == ("stopped", "EXPORT-001")
