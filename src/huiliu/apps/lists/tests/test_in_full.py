"""A list in full: for whoever has the level, under a reason, each row counted; in files that are sealed."""

import pytest

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.datahub.tests.town import LI_ID, ZHANG, ZHANG_ID
from huiliu.apps.exports.selectors import exports
from huiliu.apps.jobs.services import jobs_run
from huiliu.apps.lists.tests.conftest import body, listed
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ABSENT = "449900196001010013"


class TestInFull:
    EVERY = ("name", "id_number", "mobile", "bank_account")

    def test_on_the_page_under_the_reason_that_was_given_and_counted(self, send, sign_in_at):
        client = sign_in_at(level="L3")
        assert "受保护的列显示完整信息" in body(client.get("/lists/"))
        shown = body(send(client, pasted=f"{ZHANG_ID}\n{LI_ID}\n{ABSENT}", columns=self.EVERY, is_full="on"))
        assert "张三" in shown
        assert "13800000001" in shown
        assert "6222000000000001" not in shown  # L4
        assert "6222****0001" in shown
        assert "案号：GD-7" in shown
        assert counted("full") == 3
        (event,) = events(EventFilter(action="lists.show"))
        assert event.details["full"] == list(self.EVERY)
        assert "张三" not in f"{event.details}"

    def test_in_the_file_which_is_sealed_and_says_so(self, send, sign_in_at):
        client = sign_in_at(level="L4")
        send(client, "file", pasted=ZHANG, by="person_no", columns=self.EVERY, is_full="on")
        assert [column["full"] for column in exports().get().columns[4:]] == [True] * 4
        _head, row = listed(client)
        assert row[4:] == ["张三", ZHANG_ID, "13800000001", "6222000000000001"]

    def test_a_key_without_the_full_view_does_not_fetch_what_its_owner_had_made(self, send, sign_in_at):
        """The key was given lists and files, and no protected value."""
        client = sign_in_at(level="L4")
        send(client, "file", pasted=ZHANG, by="person_no", columns=self.EVERY, is_full="on")
        assert jobs_run() == 1
        lists, full = ["query.export", "query.lookup_list"], ["query.export", "query.lookup_list", "datahub.view_full"]
        with pytest.raises(HuiliuError, match="EXPORT-001"):
            fetched(lists)
        assert fetched(full) is not None

    def test_a_level_withdrawn_before_the_file_is_made_leaves_masks(self, send, sign_in_at):
        from django.conf import settings
        from django.contrib.auth import get_user_model

        from huiliu.apps.accounts.services import NewGrant, grant_add
        from huiliu.apps.audit.services import SYSTEM

        client = sign_in_at(level="L4")
        send(client, "file", pasted=ZHANG, by="person_no", columns=["name"], is_full="on")
        user = get_user_model().objects.get(username="sun")
        user.grants.update(revoked_at=settings.HUILIU_CLOCK.now(), revoked_why="降级")
        grant_add(user=user, wanted=NewGrant("clerk", level="L2"), basis="installation", actor=SYSTEM)
        _head, row = listed(client)
        assert row[4:] == ["张*"]
        assert exports().get().columns[4]["full"] is False

    def test_without_a_level_it_is_neither_offered_nor_done(self, send, sign_in):
        client = sign_in("clerk")
        assert "受保护的列显示完整信息" not in body(client.get("/lists/"))
        shown = body(send(client, pasted=ZHANG_ID, columns=["name"], is_full="on"))
        assert "张三" not in shown
        assert "张*" in shown

    def test_the_service_refuses_and_records_who_has_no_level(self, office, sign_in):
        from django.contrib.auth import get_user_model

        from huiliu.apps.audit.services import Actor
        from huiliu.apps.control.services.purposes import Asked
        from huiliu.apps.lists.services import NewList, list_show
        from huiliu.documents.uploaded_list import read_pasted
        from huiliu.kernel.listed_numbers import By

        sign_in("clerk")
        wanted = NewList(read_pasted(ZHANG_ID), By.AUTO, ["name"], Asked(first_matter(), "GD-7"), is_full=True)
        with pytest.raises(HuiliuError, match="FULL-001"):
            list_show(user=get_user_model().objects.get(), wanted=wanted, actor=Actor("clerk"))
        (event,) = events(EventFilter(action="lists.show"))
        assert (event.outcome, event.details["code"]) == ("refused", "FULL-001")

    def test_more_rows_than_the_day_allows_are_refused_before_anything_is_read(self, send, sign_in_at):
        client = sign_in_at(level="L3")
        shown = body(send(client, pasted="\n".join([ZHANG_ID] * 51), columns=["name"], is_full="on"))
        assert "每行计一次" in shown
        assert "张三" not in shown
        assert (counted("full"), counted("list")) == (0, 0)


def fetched(permissions):
    """The only export there is, asked for in the clerk's name by a program with a key."""
    from django.contrib.auth import get_user_model

    from huiliu.apps.accounts.services import api_key_create
    from huiliu.apps.audit.services import SYSTEM, Actor
    from huiliu.apps.exports.services import export_download

    owner = get_user_model().objects.get(username="sun")
    owner.api_key = api_key_create(owner=owner, label="下载", permissions=permissions, days=1, actor=SYSTEM).key
    return export_download(key=exports().get().key, user=owner, actor=Actor("sun"))


def counted(kind):
    from django.conf import settings

    from huiliu.apps.control.selectors.purposes import used_today
    from huiliu.apps.control.services.counts import Counted

    return used_today("sun", Counted(kind), settings.HUILIU_CLOCK.now().date()).number


def first_matter():
    from django.conf import settings

    from huiliu.apps.control.selectors.purposes import accepted_matters

    return accepted_matters(settings.HUILIU_CLOCK.now().date())[0].code
