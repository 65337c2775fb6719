"""Accounts, signing in and out, and passwords: what is allowed, what is refused, and the row each leaves."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError

from huiliu.apps.accounts.models import Grant, User
from huiliu.apps.accounts.selectors import has_permission, person_names
from huiliu.apps.accounts.services import grant_revoke, random_password, user_close, user_create
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import SYSTEM
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
NEW = "Xinmima-2025-hao"


def make(username: str = "wang", post: str = "clerk", **options):
    return user_create(username=username, display_name="王敏", post=post, actor=SYSTEM, **options)


def rows(action: str) -> list[tuple[str, str, str]]:
    found = events(EventFilter(action=action)).order_by("seq")
    return list(found.values_list("actor", "object_key", "outcome"))


def test_a_new_account_has_a_random_password_and_an_audit_row_without_it():
    made = make()
    assert made.user.check_password(made.password)
    event = events(EventFilter(action="accounts.user_create")).get()
    assert (event.object_key, event.actor) == ("wang", "系统")
    assert made.password not in str(vars(event))
    assert "王敏" not in str(vars(event))


def test_random_passwords_differ_and_are_readable():
    made = {random_password() for _ in range(200)}
    assert len(made) == 200
    assert not set("".join(made)) & set("01OlI")
    assert {len(password) for password in made} == {19}


@pytest.mark.parametrize("username", ["", "W", "王敏", "wang min", "9wang", "WANG", "a" * 33])
def test_user_names_are_plain(username):
    with pytest.raises(HuiliuError, match="ACC-002"):
        make(username)
    assert not User.objects.exists()
    assert not events(EventFilter()).exists()


def test_user_names_are_taken_once_whatever_their_case():
    made = make("wang")
    with pytest.raises(HuiliuError, match="ACC-002"):
        make("wang")
    with pytest.raises(IntegrityError):
        User.objects.create(username="WANG", display_name="x", created_at=made.user.created_at)


def test_an_unknown_post_is_refused():
    with pytest.raises(HuiliuError, match="ACC-003"):
        make(post="boss")


def test_permissions_are_denied_by_default():
    clerk = make().user
    assert has_permission(clerk, "datahub.view_person")
    assert not has_permission(clerk, "audit.view")
    assert not has_permission(AnonymousUser(), "datahub.view_person")
    clerk.is_active = False
    assert not has_permission(clerk, "datahub.view_person")
    clerk.is_active, clerk.held = True, None
    grant_revoke(grant=Grant.objects.get(), why="调岗", actor=SYSTEM)
    clerk.held = None
    assert not has_permission(clerk, "datahub.view_person")
    with pytest.raises(HuiliuError, match="ACC-001"):
        has_permission(clerk, "datahub.veiw_person")


def post_login(client, username: str, password: str, **extra):
    return client.post("/login/", {"username": username, "password": password, **extra})


def test_signing_in_and_out_is_written_down(client):
    made = make()
    answer = post_login(client, "wang", made.password, next="/password/")
    assert (answer.status_code, answer.url) == (302, "/password/")
    assert client.get("/password/").status_code == 200
    client.post("/logout/")
    assert client.get("/password/").status_code == 302
    assert rows("accounts.sign_in") == [("wang", "wang", "ok")]
    assert rows("accounts.sign_out") == [("wang", "wang", "ok")]


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_the_way_in_never_leads_outside(client, target):
    made = make()
    assert post_login(client, "wang", made.password, next=target).url == "/"


def test_a_wrong_password_says_nothing_about_the_account(client):
    make()
    known = post_login(client, "wang", "wrong").content.decode()
    unknown = post_login(client, "mima-typed-as-name", "wrong").content.decode()
    assert "用户名或口令不对" in known
    assert "用户名或口令不对" in unknown
    assert rows("accounts.sign_in") == [("未登录", "wang", "refused"), ("未登录", "未知账户", "refused")]
    assert not events(EventFilter()).filter(object_key__contains="mima").exists()


def test_a_closed_account_cannot_sign_in(client):
    made = make()
    user_close(user=made.user, why="离岗", actor=SYSTEM)
    assert "用户名或口令不对" in post_login(client, "wang", made.password).content.decode()


def test_a_handed_out_password_must_be_changed_before_anything_else(client):
    made = make(must_change_password=True)
    assert post_login(client, "wang", made.password).url == "/"
    assert client.get("/").url == "/password/"
    assert client.get("/password/").status_code == 200
    answer = client.post("/password/", {"old": made.password, "new": NEW, "again": NEW})
    assert answer.url == "/"
    assert client.get("/password/").status_code == 200
    assert User.objects.get().check_password(NEW)
    assert rows("accounts.password_change") == [("wang", "wang", "ok")]


@pytest.mark.parametrize(
    ("new", "again", "said"),
    [
        (NEW, "other-" + NEW, "两次输入的新口令不同"),
        ("short", "short", "新口令不合要求"),
        ("1234567890123", "1234567890123", "新口令不合要求"),
        ("wangwang-W1", "wangwang-W1", "新口令不合要求"),
        ("duanyu-kouling", "duanyu-kouling", "至少三种"),
    ],
)
def test_weak_or_mistyped_passwords_are_refused_in_chinese(client, new, again, said):
    made = make(username="wangwang")
    client.force_login(made.user)
    text = client.post("/password/", {"old": made.password, "new": new, "again": again}).content.decode()
    assert said in text
    assert User.objects.get().check_password(made.password)


def test_the_old_password_is_asked_for(client):
    made = make()
    client.force_login(made.user)
    text = client.post("/password/", {"old": "wrong", "new": NEW, "again": NEW}).content.decode()
    assert "原口令不对" in text
    assert rows("accounts.password_change") == [("wang", "wang", "refused")]


def test_the_list_of_accounts_shows_posts_and_states(client):
    make("lan", must_change_password=True)
    client.force_login(make("li", "sysadmin").user)
    text = client.get("/accounts/users/").content.decode()
    assert "业务经办岗" in text
    assert "待改口令" in text
    assert "从未" in text


def test_a_session_from_before_signing_in_is_not_carried_on(client):
    made = make()
    planted = client.session
    planted["seen"] = 1
    planted.save()
    client.cookies["huiliu_session"] = planted.session_key
    post_login(client, "wang", made.password)
    assert client.cookies["huiliu_session"].value != planted.session_key
    assert client.cookies["huiliu_session"]["httponly"]
    assert client.cookies["huiliu_session"]["samesite"] == "Lax"


def test_nobody_gets_in_without_an_audit_row(client, monkeypatch):
    made = make()

    def broken(*_args):
        raise RuntimeError

    monkeypatch.setattr("huiliu.apps.accounts.services.entering.record", broken)
    client.raise_request_exception = False
    assert post_login(client, "wang", made.password).status_code == 500
    monkeypatch.undo()
    assert client.get("/password/").status_code == 302


def test_an_act_is_told_by_the_name_of_its_person(django_assert_num_queries):
    user_create(username="kuai", display_name="蒯会计", post="finance", actor=SYSTEM)
    with django_assert_num_queries(1):
        found = person_names(["kuai", "kuai hlk_0123456789ab", "系统", "gone"])
    assert found == {
        "kuai": "蒯会计",
        "kuai hlk_0123456789ab": "蒯会计 hlk_0123456789ab",
        "系统": "系统",
        "gone": "gone",
    }
