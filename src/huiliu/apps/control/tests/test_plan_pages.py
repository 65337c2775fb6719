"""The wizard of posts, step by step."""

import pytest
from django.contrib.auth import get_user_model

from huiliu.apps.accounts.services import NewGrant, grant_add, grant_revoke, user_prepare
from huiliu.apps.audit.services import SYSTEM
from huiliu.apps.control.models import ApprovalRequest
from huiliu.apps.control.tests.walking import sent, text_of

pytestmark = pytest.mark.django_db
CLERK = {"post": "clerk", "level": "L2", "expires_on": "2025-12-31", "reason": "工作需要"}


@pytest.mark.slow
def test_the_wizard_proposes_seats_explains_conflicts_and_files_one_request_a_seat(office, at):
    client = at("sun")
    assert client.get("/control/plan/confirm/").status_code == 302
    page = sent(client, "/control/plan/", people=30, counties=2)
    for word in ("业务经办岗", "B 角", "会计与出纳须分设"):
        assert word in page
    seats = text_of(client, "/control/plan/seats/")
    assert "已有人员的席位" in seats
    new = user_prepare(username="xin", display_name="新", actor=SYSTEM).user
    get_user_model().objects.filter(pk=new.pk).update(status="open", is_active=True)
    lan, wang = office["lan"].pk, office["wang"].pk
    path = "/control/plan/seats/"
    assert "不相容" in sent(client, path, **{"finance-2": wang})
    assert "此人已担任业务经办岗" in sent(client, path, **{"clerk-3": wang})
    assert "B 角须是另一人" in sent(client, path, **{"clerk-3": lan, "clerk-4": lan})
    assert "与此人上面已安排的业务经办岗不相容" in sent(client, path, **{"clerk-3": lan, "cashier-2": lan})
    assert "还没有为任何席位选择人员" in sent(client, path)
    page = sent(client, path, **{"clerk-3": lan, "checker-2": lan, "cashier-2": new.pk})
    assert "同时安排为业务复核岗" in page
    assert set(client.session["control.plan.seats"].values()) == {lan, new.pk}
    grant_add(user=office["lan"], wanted=NewGrant("it"), basis="installation", actor=SYSTEM)
    page = client.post("/control/plan/confirm/", {"reason": "任职文件"}).content.decode()
    assert "已提交 1 项，未能提交 2 项" in page
    assert "与信息技术岗是不相容岗位" in page
    assert [(r.subject, r.beneficiary.username) for r in ApprovalRequest.objects.all()] == [("cashier", "xin")]
    assert client.post("/control/plan/confirm/", {"reason": "任职文件"}).status_code == 302


def test_the_wizard_files_first_grants_where_a_post_is_vacant(office, at):
    for name in ("ling", "zhang"):
        grant_revoke(grant=office[name].grants.get(), why="调岗", actor=SYSTEM)
    client = at("sun")
    sent(client, "/control/plan/", people=10, counties=0)
    assert "首次授权" in sent(client, "/control/plan/seats/", **{"leader-1": office["lan"].pk})
    sent(client, "/control/plan/confirm/", reason="任职文件")
    assert ApprovalRequest.objects.get().kind == "post_first"
