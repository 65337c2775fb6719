"""Kept queries: sealed, one's own or one's unit's, each act recorded; they keep no result and open nothing."""

import pytest

from huiliu.apps.accounts.models import User
from huiliu.apps.audit.models import AuditEvent
from huiliu.apps.query.models import SavedQuery

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
FORM = {
    "mode": "list", "item": ["name", "amount"], "c0-item": "order_no", "c0-operator": "equal", "c0-value": "ORD7788",
    "c0-group": "1", "slots": "1", "keep": "1", "name": "我的支付单",
}  # fmt: skip


@pytest.fixture
def clerk(town, sign_in):
    client = sign_in("clerk")
    client.post("/query/topics/benefit_payment/", FORM)
    return client


def test_kept_sealed_and_opened_again(clerk):
    row = SavedQuery.objects.get()
    assert "ORD7788" not in row.content.at_rest()
    assert "ORD7788" not in f"{row} {row.content}"
    page = clerk.get(f"/query/saved/{row.key}/").content.decode()
    assert 'value="ORD7788"' in page
    assert AuditEvent.objects.filter(action="query.saved_keep", object_key=row.key).count() == 1
    assert "ORD7788" not in f"{list(AuditEvent.objects.values())}"


def test_the_same_name_replaces(clerk):
    clerk.post("/query/topics/benefit_payment/", FORM)
    assert SavedQuery.objects.count() == 1


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "张三 449900197001010018"])
def test_names_that_will_not_do(clerk, name):
    page = clerk.post("/query/topics/benefit_payment/", {**FORM, "name": name}).content.decode()
    assert "QRY-012" in page
    assert SavedQuery.objects.count() == 1


def test_another_person_opens_it_only_once_it_is_shared_with_their_unit(clerk, client):
    from huiliu.apps.accounts.services import unit_create, user_create
    from huiliu.apps.audit.services import SYSTEM

    key = SavedQuery.objects.get().key
    assert "QRY-013" in clerk.post(f"/query/saved/{key}/share/", {"shared": "1"}).content.decode()
    unit = unit_create(code="449921", name="紫金县社保局", kind="county", division="449921", actor=SYSTEM)
    User.objects.update(unit=unit)
    other = user_create(username="wu", display_name="吴", post="checker", actor=SYSTEM).user
    stranger = user_create(username="he", display_name="何", post="checker", actor=SYSTEM).user
    User.objects.filter(pk=other.pk).update(unit=unit)
    assert clerk.post(f"/query/saved/{key}/share/", {"shared": "1"}).status_code == 302
    client.force_login(stranger)
    assert client.get(f"/query/saved/{key}/").status_code == 404
    client.force_login(other)
    assert client.get(f"/query/saved/{key}/").status_code == 200
    assert "我的支付单" in client.get("/query/saved/").content.decode()
    assert "QRY-014" in client.post(f"/query/saved/{key}/drop/").content.decode()


ZHANG_LOOKED_FOR = {"c0-item": "id_number", "c0-value": "449900190001010011"}


@pytest.fixture
def colleague(clerk, sign_in, client):
    """A bookkeeper of the clerk's unit: statistics, and nobody's number."""
    from django.test import Client

    from huiliu.apps.accounts.services import unit_create, user_create
    from huiliu.apps.audit.services import SYSTEM

    unit = unit_create(code="449921", name="紫金县社保局", kind="county", division="449921", actor=SYSTEM)
    other = user_create(username="qian", display_name="钱", post="finance", actor=SYSTEM).user
    User.objects.update(unit=unit)
    found = Client()
    found.force_login(other)
    return found


def test_numbers_typed_into_conditions_are_not_shared(clerk, colleague):
    """Whoever opens a shared query reads its conditions: a number would be shown in full without purpose or count."""
    clerk.post("/query/topics/benefit_payment/", {**FORM, **ZHANG_LOOKED_FOR})
    key = SavedQuery.objects.get().key
    answer = clerk.post(f"/query/saved/{key}/share/", {"shared": "1"}).content.decode()
    assert "QRY-017" in answer
    assert "449900190001010011" not in answer
    assert SavedQuery.objects.get().unit_id is None
    assert colleague.get(f"/query/saved/{key}/").status_code == 404


def test_a_shared_query_takes_no_numbers_in(clerk, colleague):
    key = SavedQuery.objects.get().key
    clerk.post(f"/query/saved/{key}/share/", {"shared": "1"})
    page = clerk.post("/query/topics/benefit_payment/", {**FORM, **ZHANG_LOOKED_FOR}).content.decode()
    assert "QRY-017" in page
    assert 'value="ORD7788"' in colleague.get(f"/query/saved/{key}/").content.decode()


def test_one_that_was_shared_with_numbers_is_its_owners_alone(clerk, colleague):
    """However it came to be: an item may have become protected since."""
    clerk.post("/query/topics/benefit_payment/", {**FORM, **ZHANG_LOOKED_FOR})
    SavedQuery.objects.update(unit=User.objects.get(username="qian").unit)
    key = SavedQuery.objects.get().key
    assert colleague.get(f"/query/saved/{key}/").status_code == 404
    assert colleague.get(f"/api/v1/query/saved/{key}").status_code == 404
    assert colleague.get("/api/v1/query/saved").json()["count"] == 0
    assert "我的支付单" not in colleague.get("/query/saved/").content.decode()
    assert 'value="449900190001010011"' in clerk.get(f"/query/saved/{key}/").content.decode()


def test_dropped(clerk):
    key = SavedQuery.objects.get().key
    assert clerk.post(f"/query/saved/{key}/drop/").status_code == 302
    assert not SavedQuery.objects.exists()
    assert AuditEvent.objects.filter(action="query.saved_drop", object_key=key).count() == 1
