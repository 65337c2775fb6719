"""How people get in: passwords, lock-out, sessions; asked of the running configuration, not of its text."""

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.hashers import get_hasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.module_loading import import_string

from huiliu.apps.accounts import policy
from huiliu.apps.accounts.selectors import due_page, users
from huiliu.apps.accounts.services import network_allows, session_keep
from huiliu.config.doctor.findings import Finding, judged, probe
from huiliu.config.doctor.site import Site

ALGORITHM = "argon2"
LONGEST_IDLE = 30  # minutes
MOST_TRIES = 5
SHORTEST_LOCK = 10  # minutes
OLDEST_PASSWORD = 90  # days
LEAST_HISTORY = 5
LIVE = "huiliu.web.middleware.LiveSession"
# One each: short, one class of signs, digits only, on every list of stolen passwords, two classes only.
WEAK = ("Ab1!xy", "qzmvkwplsd", "8305719264", "password123", "qzmvkw83057")


@probe("password_hashing", "口令存储")
def password_hashing(site: Site) -> Finding:
    """New passwords are hashed with argon2, and so are all that are stored."""
    new = get_hasher().algorithm
    stored = users().values_list("password", flat=True)
    other = sum(not password.startswith((f"{ALGORITHM}$", "!")) for password in stored)
    found = f"新口令用 {new}；已存口令中 {other} 个不是 {ALGORITHM}"
    return judged(new == ALGORITHM and not other, found, "请恢复 PASSWORD_HASHERS 设置，并重置这些账户的口令。")


@probe("password_rules", "口令复杂度")
def password_rules(site: Site) -> Finding:
    """Weak passwords of several kinds are offered to the running validators, which must refuse each."""
    accepted = sum(map(_accepted, WEAK))
    found = f"试用 {len(WEAK)} 种弱口令，被接受 {accepted} 种"
    return judged(
        not accepted, found, "请恢复 AUTH_PASSWORD_VALIDATORS：至少 10 位，并含大小写字母、数字、符号中的三类。"
    )


def _accepted(password: str) -> bool:
    try:
        validate_password(password)
    except ValidationError:
        return False
    return True


@probe("unique_accounts", "身份唯一")
def unique_accounts(site: Site) -> Finding:
    """The database itself keeps user names apart, whatever their case."""
    model = users().model
    with connection.cursor() as cursor:
        present = connection.introspection.get_constraints(cursor, model._meta.db_table)
    kept = bool(present.get("accounts_user_name_once", {}).get("unique"))
    words = "数据库约束：用户名不分大小写唯一" if kept else "数据库中没有用户名唯一的约束"
    return judged(kept, words, "请重新执行数据库升级。")


@probe("password_age", "口令更换")
def password_age(site: Site) -> Finding:
    """How long a password may be used, and how many may not come back."""
    days, kept = site.environment.password_days, policy.PASSWORD_HISTORY
    forced = import_string(settings.HUILIU_WEB["due_page"]) is due_page
    good = forced and days <= OLDEST_PASSWORD and kept >= LEAST_HISTORY
    found = f"{days} 天须更换，不得与最近 {kept} 次相同" if forced else "到期的口令没有强制更换"
    return judged(good, found, f"请把 HUILIU_PASSWORD_DAYS 设为 {OLDEST_PASSWORD} 以内。")


@probe("lockout", "登录失败处理")
def lockout(site: Site) -> Finding:
    """How many failures, and how long the account is then shut."""
    tries, minutes = site.environment.lock_tries, site.environment.lock_minutes
    good = tries <= MOST_TRIES and minutes >= SHORTEST_LOCK
    todo = f"请把 HUILIU_LOCK_TRIES 设为 {MOST_TRIES} 以内，HUILIU_LOCK_MINUTES 设为 {SHORTEST_LOCK} 以上。"
    return judged(good, f"失败 {tries} 次锁定 {minutes} 分钟", todo)


@probe("session_end", "会话超时")
def session_end(site: Site) -> Finding:
    """Idle minutes in force, and whether they are counted at all."""
    minutes, hours = site.environment.session_minutes, site.environment.session_hours
    counted = LIVE in settings.MIDDLEWARE and import_string(settings.HUILIU_WEB["keep_session"]) is session_keep
    found = f"空闲 {minutes} 分钟退出，最长 {hours} 小时" if counted else "没有启用空闲退出"
    todo = f"请把 HUILIU_SESSION_MINUTES 设为 {LONGEST_IDLE} 以内，并恢复会话中间件。"
    return judged(counted and minutes <= LONGEST_IDLE, found, todo)


@probe("networks", "登录地址")
def networks(site: Site) -> Finding:
    """Whether staff pages answer named networks only."""
    named = len(site.environment.staff_networks)
    kept = LIVE in settings.MIDDLEWARE and import_string(settings.HUILIU_WEB["network_allows"]) is network_allows
    found = f"限定在 {named} 个网段" if named else "没有限定登录地址"
    return judged(bool(named) and kept, found, "请用 HUILIU_STAFF_NETWORKS 写明可以登录的网段。")


@probe("no_superuser", "没有超级用户")
def no_superuser(site: Site) -> Finding:
    """No account can be made all-powerful: the table has no such column, and the admin site shows nothing."""
    columns = {field.name for field in users().model._meta.get_fields()}
    registered = sum(map(admin.site.is_registered, apps.get_models()))
    good = not columns & {"is_superuser", "is_staff"} and not registered
    found = f"账户表没有超级用户列；管理后台登记的模型 {registered} 个" if good else "账户或管理后台可绕过岗位权限"
    return judged(good, found, "请恢复账户模型和管理后台的设置。")
