"""The second factor: RFC 6238, enrolment, the half-open way in, recovery, reset, and who must have one."""

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from huiliu.apps.accounts import one_time, selectors
from huiliu.apps.accounts.models import RecoveryCode, TotpDevice, User, UserSession
from huiliu.apps.accounts.services import account_unlock, totp_reset, user_create
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs, pytest.mark.slow]
START = datetime(2025, 3, 31, 9, 0, tzinfo=TZ)
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # 12345678901234567890


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_rfc_6238_appendix_b(seconds, code):
    assert one_time.code_of(RFC_SECRET, seconds // 30) == code


@given(step=st.integers(10, 10**8), offset=st.integers(-4, 4), after=st.integers(0, 10**9))
def test_a_code_fits_one_step_around_now_and_only_after_the_last_one(step, offset, after):
    now = datetime.fromtimestamp(step * 30 + 7, TZ)
    found = one_time.matching_step(RFC_SECRET, one_time.code_of(RFC_SECRET, step + offset), now, after)
    if abs(offset) <= 1 and step + offset > after:
        assert found is not None
        assert abs(found - step) <= 1
    elif found is not None:  # two steps may share a code by chance
        assert one_time.code_of(RFC_SECRET, found) == one_time.code_of(RFC_SECRET, step + offset)
        assert found > after


def test_the_address_is_what_authenticators_read():
    parts = urlsplit(one_time.address(RFC_SECRET, "wang"))
    assert (parts.scheme, parts.netloc, parts.path) == ("otpauth", "totp", "/%E5%9B%9E%E6%B5%81:wang")
    asked = parse_qs(parts.query)
    assert (asked["secret"], asked["digits"], asked["period"]) == ([RFC_SECRET], ["6"], ["30"])


@pytest.fixture
def at(settings):
    def move(seconds: float) -> None:
        settings.HUILIU_CLOCK = FixedClock(START + timedelta(seconds=seconds))

    move(0)
    return move


@pytest.fixture
def secadmin(at):
    return user_create(username="zhao", display_name="赵安", post="secadmin", actor=SYSTEM)


def login(made, client=None, **where):
    client = client or Client(**where)
    return client, client.post("/login/", {"username": made.user.username, "password": made.password, "next": "/keys/"})


def code_now(user, settings, ahead: int = 0) -> str:
    secret = TotpDevice.objects.get(user=user).secret.reveal()
    return one_time.code_of(secret, one_time.step_of(settings.HUILIU_CLOCK.now()) + ahead)


@pytest.fixture
def enrolled(secadmin, at, settings):
    """The security administrator with a second factor; a browser that is signed in; and the recovery codes."""
    client, _ = login(secadmin)
    client.get("/totp/")
    text = client.post("/totp/", {"code": code_now(secadmin.user, settings)}).content.decode()
    codes = [line.split("</li>")[0] for line in text.split("<li>")[1:] if line[4:5] == "-"]
    at(60)
    return secadmin, client, codes


def rows(action: str, **wanted) -> list[tuple[str, str, str]]:
    found = events(EventFilter(action=action)).filter(**wanted).order_by("seq")
    return list(found.values_list("actor", "object_key", "outcome"))


def test_without_an_enrolled_factor_nothing_but_enrolment_opens(secadmin):
    client, answer = login(secadmin)
    assert answer.url == "/keys/"
    for path in ("/", "/keys/", "/password/", "/sessions/", "/accounts/sign-in/"):
        assert client.get(path).url == "/totp/", path
    assert client.get("/api/v1/nights").status_code == 403
    assert "须先登记动态口令" in client.get("/totp/").content.decode()
    assert client.post("/logout/").url == "/login/"


def test_enrolment_asks_for_a_first_code_and_gives_ten_recovery_codes_once(secadmin, settings):
    client, _ = login(secadmin)
    page = client.get("/totp/").content.decode()
    secret = TotpDevice.objects.get().secret.reveal()
    assert secret in page
    assert "<svg" in page
    assert "不是国密" in page
    assert client.get("/totp/").content.decode().count(secret) == 1  # reloading shows the same
    wrong = client.post("/totp/", {"code": "000000"}).content.decode()
    assert "动态口令不对" in wrong
    assert client.get("/").url == "/totp/"
    text = client.post("/totp/", {"code": f" {code_now(secadmin.user, settings)} "}).content.decode()
    assert text.count("</li>") >= 10
    assert RecoveryCode.objects.count() == 10
    assert client.get("/").status_code == 200
    assert "未使用的恢复码：10 个" in client.get("/totp/").content.decode()
    assert rows("accounts.totp_enrol") == [("zhao", "zhao", "ok")]


def test_the_secret_is_sealed_and_in_no_audit_row(enrolled):
    from django.db import connection

    secret = TotpDevice.objects.get().secret.reveal()
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_totpdevice")
        assert cursor.fetchone()[0].startswith("sm4:")
    assert secret not in str([vars(event) for event in events(EventFilter())])
    assert secret not in str(vars(TotpDevice.objects.get()))


def test_a_secret_seen_in_another_session_is_never_the_one_confirmed(secadmin, settings):
    thief, _ = login(secadmin)
    thief.get("/totp/")
    seen = TotpDevice.objects.get().secret.reveal()
    owner, _ = login(secadmin)
    owner.get("/totp/")
    assert TotpDevice.objects.get().secret.reveal() != seen
    assert "动态口令不对" in thief.post("/totp/", {"code": code_now(secadmin.user, settings)}).content.decode()


def test_enrolment_ends_the_other_sessions(secadmin, settings):
    other, _ = login(secadmin)
    client, _ = login(secadmin)
    client.get("/totp/")
    client.post("/totp/", {"code": code_now(secadmin.user, settings)})
    assert other.get("/").url == "/login/?next=/"
    assert sorted(UserSession.objects.values_list("ending", flat=True)) == ["", "totp"]


def test_after_the_password_the_code_is_asked_for_and_leads_on(enrolled, settings):
    made, _, _ = enrolled
    client, answer = login(made)
    assert answer.url == "/login/code/?next=%2Fkeys%2F"
    for path in ("/", "/keys/", "/totp/", "/password/", "/sessions/"):
        assert client.get(path).url.startswith("/login/?next="), path
    assert client.get("/api/v1/nights").status_code == 401
    before = client.session.session_key
    answer = client.post("/login/code/", {"code": code_now(made.user, settings), "next": "/sessions/"})
    assert answer.url == "/sessions/"
    assert client.session.session_key != before
    assert client.get("/").status_code == 200
    event = events(EventFilter(action="accounts.sign_in")).filter(outcome="ok").first()
    assert event.details == {"second_factor": "code"}


def test_a_code_is_used_once(enrolled, settings):
    made, _, _ = enrolled
    code = code_now(made.user, settings)
    first, _ = login(made)
    second, _ = login(made)
    assert first.post("/login/code/", {"code": code}).status_code == 302
    assert "动态口令不对" in second.post("/login/code/", {"code": code}).content.decode()
    assert second.get("/").status_code == 302


def test_a_phone_may_be_one_step_off_and_no_more(enrolled, settings):
    made, _, _ = enrolled
    client, _ = login(made)
    for far in (-3, 2, 3):
        assert "不对" in client.post("/login/code/", {"code": code_now(made.user, settings, far)}).content.decode()
    assert client.post("/login/code/", {"code": code_now(made.user, settings, 1)}).status_code == 302


def test_the_half_open_way_in_ends_after_five_minutes(enrolled, at, settings):
    made, _, _ = enrolled
    client, _ = login(made)
    at(60 + 299)
    assert "动态口令" in client.get("/login/code/").content.decode()
    at(60 + 300)
    assert "登录已过时" in client.get("/login/code/").content.decode()
    text = client.post("/login/code/", {"code": code_now(made.user, settings)}).content.decode()
    assert "登录已过时" in text
    assert client.get("/").status_code == 302


def test_the_half_open_way_in_belongs_to_one_browser(enrolled, settings):
    made, _, _ = enrolled
    login(made)
    stranger = Client()
    assert "登录已过时" in stranger.post("/login/code/", {"code": code_now(made.user, settings)}).content.decode()
    assert stranger.get("/").status_code == 302


def test_a_password_changed_meanwhile_closes_the_half_open_way(enrolled, settings):
    made, _, _ = enrolled
    client, _ = login(made)
    user = User.objects.get(pk=made.user.pk)
    user.set_password("Linggai-2025-x")
    user.save()
    assert "登录已过时" in client.post("/login/code/", {"code": code_now(made.user, settings)}).content.decode()


def test_five_wrong_codes_lock_like_passwords_even_the_right_code(enrolled, settings):
    made, _, _ = enrolled
    client, _ = login(made)
    for _ in range(5):
        client.post("/login/code/", {"code": "12345"})
    assert "已暂停登录" in client.post("/login/code/", {"code": code_now(made.user, settings)}).content.decode()
    assert client.get("/").status_code == 302
    assert rows("accounts.lock") == [("未登录", "zhao", "ok")]
    assert len(rows("accounts.sign_in", details__why="code")) == 5


def test_the_right_password_between_wrong_codes_does_not_start_the_count_anew(enrolled, settings):
    made, _, _ = enrolled
    for _ in range(5):
        client, _ = login(made)
        client.post("/login/code/", {"code": "12345"})
    client, answer = login(made)
    assert "已暂停登录" in answer.content.decode()
    account_unlock(username="zhao", reason="测试", actor=SYSTEM)
    assert login(made)[1].status_code == 302


def test_each_recovery_code_opens_once(enrolled):
    made, _, codes = enrolled
    assert len(codes) == 10
    client, _ = login(made)
    assert client.post("/login/code/", {"code": codes[3].lower().replace("-", " ")}).status_code == 302
    again, _ = login(made)
    assert "不对" in again.post("/login/code/", {"code": codes[3]}).content.decode()
    assert again.post("/login/code/", {"code": codes[4]}).status_code == 302
    assert selectors.recovery_left(made.user) == 8
    assert codes[0] not in str(list(RecoveryCode.objects.values()))


def test_a_recovery_code_is_of_one_person(enrolled, at, settings):
    _, _, codes = enrolled
    other = user_create(username="qian", display_name="钱", post="sysadmin", actor=SYSTEM)
    client, _ = login(other)
    client.get("/totp/")
    client.post("/totp/", {"code": code_now(other.user, settings)})
    again, _ = login(other)
    assert "不对" in again.post("/login/code/", {"code": codes[0]}).content.decode()


def test_another_security_administrator_resets_and_all_sessions_end(enrolled):
    made, client, _ = enrolled
    other = user_create(username="sun", display_name="孙", post="secadmin", actor=SYSTEM)
    totp_reset(user=made.user, reason="手机遗失，当面核实", actor=Actor("sun"), by=other.user)
    assert client.get("/").url == "/login/?next=/"
    again, answer = login(made)
    assert answer.url == "/keys/"
    assert again.get("/").url == "/totp/"
    assert not RecoveryCode.objects.exists()
    event = events(EventFilter(action="accounts.totp_reset")).get()
    assert (event.actor, event.object_key, event.purpose) == ("sun", "zhao", "手机遗失，当面核实")
    with pytest.raises(HuiliuError, match="ACC-037"):
        totp_reset(user=made.user, reason="再来", actor=Actor("sun"), by=other.user)


def test_nobody_resets_the_own_factor(enrolled):
    made, client, _ = enrolled
    with pytest.raises(HuiliuError, match="ACC-036"):
        totp_reset(user=made.user, reason="自己", actor=Actor("zhao"), by=made.user)
    text = client.post(f"/accounts/sign-in/totp-reset/?user={made.user.pk}", {"purpose": "自己"}).content.decode()
    assert "不能重置自己的动态口令" in text
    assert TotpDevice.objects.exists()


@pytest.mark.parametrize(
    ("post", "level", "required"),
    [
        ("sysadmin", "L1", True),
        ("secadmin", "L1", True),
        ("auditor", "L1", True),
        ("clerk", "L2", False),
        ("clerk", "L3", True),
        ("clerk", "L4", True),
        ("leader", "L2", False),
        ("it", "L2", False),
    ],
)
def test_who_must_have_a_second_factor(post, level, required):
    user = user_create(username="wu", display_name="吴", post=post, level=level, actor=SYSTEM).user
    assert selectors.requires_totp(user) is required


def test_at_level_three_everybody_must(settings):
    user = user_create(username="wu", display_name="吴", post="it", actor=SYSTEM).user
    assert not selectors.requires_totp(user)
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"mlps": 3})
    assert selectors.requires_totp(user)


def test_who_need_not_may_and_is_then_asked(at, settings):
    made = user_create(username="wu", display_name="吴", post="it", actor=SYSTEM)
    client, _ = login(made)
    assert client.get("/").status_code == 200
    client.get("/totp/")
    client.post("/totp/", {"code": code_now(made.user, settings)})
    assert login(made)[1].url.startswith("/login/code/")
