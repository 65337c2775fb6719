"""Questions about accounts, grants and what they reach."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Prefetch, Q, QuerySet
from django.http import HttpRequest

from huiliu.apps.accounts.models import ApiKey, Ending, Grant, SignIn, TotpDevice, Tries, Unit, User, UserSession
from huiliu.apps.accounts.posts import ADMINISTRATORS, PERMISSIONS, POSTS
from huiliu.kernel.digests import sm3
from huiliu.kernel.errors import HuiliuError

TOKEN = "token"  # noqa: S105 -- a name within the session

EVERYBODY_LEVEL = 3
PERSONAL_LEVELS = frozenset({"L3", "L4"})


@dataclass(frozen=True)
class Scope:
    """What one grant reaches: a division code ("" the whole city), scheme codes (none: all), and the highest level."""

    division: str
    schemes: frozenset[str]
    level: str


def active(today: date) -> Q:
    """Grants that count on a day: not revoked, not past their last day, of an open account."""
    return Q(revoked_at=None, expires_on__gte=today, user__is_active=True)


def grants_of(user: Any) -> Sequence[Grant]:
    """What a person holds today, read once per user object; nobody and closed accounts hold nothing."""
    if not (isinstance(user, User) and user.is_active):
        return ()
    if user.held is None:
        found = Grant.objects.filter(active(settings.HUILIU_CLOCK.now().date()), user=user)
        user.held = tuple(found.select_related("unit").order_by("post", "pk"))
    return user.held


def has_permission(user: Any, code: str) -> bool:
    """Whether a post the person holds today grants `code`.

    An undeclared code raises ACC-001: a slip of the pen must not look like a refusal.
    """
    if code not in PERMISSIONS:
        raise HuiliuError(code="ACC-001", message=f"没有权限代码 {code}", hint="权限代码须先写入 accounts/posts.py。")
    key = getattr(user, "api_key", None)
    if key is not None and code not in key.permissions:
        return False
    return any(_gives(grant, code) for grant in grants_of(user))


def permissions_of(user: Any) -> list[str]:
    """All that the person may do today, in the order of the list."""
    return [code for code in PERMISSIONS if has_permission(user, code)]


def lendable(user: Any) -> list[str]:
    """What a key may be given: all that its owner may do, but for making keys."""
    return [code for code in permissions_of(user) if code != "accounts.own_api_key"]


def scopes(user: Any, code: str) -> tuple[Scope, ...]:
    """What the person may reach with a permission, one entry a grant; a row within any of them is within reach."""
    if not has_permission(user, code):
        return ()
    return tuple(
        Scope(grant.unit.division if grant.unit else "", grant.schemes, grant.level)
        for grant in grants_of(user)
        if _gives(grant, code)
    )


def _gives(grant: Grant, code: str) -> bool:
    post = POSTS.get(grant.post)
    return post is not None and code in post.permissions


def holds(user: Any, post: str) -> bool:
    """Whether the person holds the post today."""
    return any(grant.post == post for grant in grants_of(user))


def holders(post: str, today: date) -> QuerySet[User]:
    """Open accounts that hold a post on a day."""
    held = Grant.objects.filter(active(today), post=post).values("user")
    return User.objects.filter(pk__in=held).order_by("username")


def active_grants(today: date) -> QuerySet[Grant]:
    """Every grant that counts on a day, whoever holds it."""
    return Grant.objects.filter(active(today)).order_by("user", "post", "pk")


def post_label(user: Any) -> str:
    """Chinese names of the posts held today, with 、; empty for somebody without a post."""
    return "、".join(dict.fromkeys(POSTS[grant.post].label for grant in grants_of(user) if grant.post in POSTS))


def must_change_password(user: Any) -> bool:
    """Whether the person still has the password that was handed out, or has had the same one for too long."""
    return isinstance(user, User) and (user.must_change_password or password_is_old(user))


def users() -> QuerySet[User]:
    """All accounts, open ones first, with their unit and what they hold."""
    held = Grant.objects.filter(revoked_at=None).select_related("unit").order_by("post", "pk")
    found = User.objects.select_related("unit").prefetch_related(Prefetch("grants", held, to_attr="unrevoked"))
    return found.order_by("-is_active", "username")


def units() -> QuerySet[Unit]:
    """All units by code."""
    return Unit.objects.select_related("parent")


def unit_by_code(code: str) -> Unit:
    """The unit; ACC-016 if there is none."""
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        raise HuiliuError(code="ACC-016", message="没有这个机构", hint="请先登记机构，或重新选择。")
    return unit


def active_grant(user: User, post: str, unit: Unit | None) -> Grant | None:
    """What the person holds of a post at a unit (None: the whole city), not revoked."""
    return Grant.objects.filter(user=user, post=post, unit=unit, revoked_at=None).first()


def grant_by_number(number: int) -> Grant | None:
    """One grant, also a revoked one."""
    return Grant.objects.select_related("user", "unit").filter(pk=number).first()


def grants() -> QuerySet[Grant]:
    """Every grant there ever was, those in force first."""
    found = Grant.objects.select_related("user", "user__unit", "unit")
    return found.order_by(F("revoked_at").desc(nulls_first=True), "user__username", "post", "pk")


def has_users() -> bool:
    """False only before the first account was made."""
    return User.objects.exists()


def user_exists(username: str) -> bool:
    """Whether an account has exactly this user name."""
    return User.objects.filter(username=username).exists()


def user_by_name(username: str) -> User | None:
    """The account of exactly this user name."""
    return User.objects.filter(username=username).first()


def sign_in_of(user: User) -> SignIn:
    """What signing in knows about an account; the defaults where nothing was kept yet."""
    try:
        found: SignIn = user.sign_in
    except SignIn.DoesNotExist:
        return SignIn(user=user, password_changed_at=user.created_at)
    return found


def password_is_old(user: User) -> bool:
    """Whether the password must be changed because of its age."""
    age = settings.HUILIU_CLOCK.now() - sign_in_of(user).password_changed_at
    return bool(age > timedelta(days=settings.ENVIRONMENT.password_days))


def due_page(request: HttpRequest) -> str:
    """URL name of the one page that is open before anything else, or empty."""
    if must_change_password(request.user):
        return "accounts:password"
    row: UserSession | None = getattr(request, "live_session", None)
    has_second = row.second_factor if row else is_enrolled(request.user)
    return "" if has_second or not requires_totp(request.user) else "accounts:totp"


def requires_totp(user: Any) -> bool:
    """Whether a second factor is asked of the person: the administrators, readers of L3 and L4, at mlps=3 everybody."""
    if not (isinstance(user, User) and user.is_active):
        return False
    if settings.ENVIRONMENT.mlps == EVERYBODY_LEVEL:
        return True
    return any(grant.post in ADMINISTRATORS or grant.level in PERSONAL_LEVELS for grant in grants_of(user))


def is_enrolled(user: Any) -> bool:
    """Whether the person has a confirmed second factor."""
    return TotpDevice.objects.filter(user=user, confirmed_at__isnull=False).exists()


def recovery_left(user: User) -> int:
    """How many recovery codes were not used yet."""
    return user.recovery_codes.filter(used_at=None).count()


def session_digest(request: HttpRequest) -> str:
    """SM3 of the token in the browser's session: enough to find the row, useless to whoever reads the table.

    Not of the browser's key, which Django changes on its own after a rotation of secrets.
    """
    return sm3(str(request.session.get(TOKEN, "")).encode("ascii"))


def session_of(request: HttpRequest) -> UserSession | None:
    """The row of the browser's session, with the account and its sign-in settings."""
    found = UserSession.objects.select_related("user__sign_in").filter(user__is_active=True)
    return found.filter(digest=session_digest(request)).first()


def overdue(row: UserSession, now: datetime) -> str:
    """Why a session ends by the clock, or empty: idle too long, or open for too long however busy."""
    if now - row.seen_at >= timedelta(minutes=settings.ENVIRONMENT.session_minutes):
        return Ending.IDLE
    return Ending.LIMIT if now - row.started_at >= timedelta(hours=settings.ENVIRONMENT.session_hours) else ""


def open_sessions(user: User | None = None) -> QuerySet[UserSession]:
    """Sessions that can still be used, of one person or of all, the newest activity first."""
    now = settings.HUILIU_CLOCK.now()
    found = UserSession.objects.select_related("user").filter(
        ended_at=None,
        seen_at__gt=now - timedelta(minutes=settings.ENVIRONMENT.session_minutes),
        started_at__gt=now - timedelta(hours=settings.ENVIRONMENT.session_hours),
    )
    return found.filter(user=user) if user else found


def session_label(session_id: int) -> str:
    """Whose open session on which device; nothing where it has ended meanwhile."""
    found = open_sessions().filter(pk=session_id).first()
    return f"{found.user.display_name}（{found.user.username}），{found.device}" if found else ""


def ended_sessions(user: User | None = None, limit: int = 20) -> Sequence[UserSession]:
    """The sessions that ended last, with how."""
    found = UserSession.objects.select_related("user").filter(ended_at__isnull=False).order_by("-ended_at")
    return list((found.filter(user=user) if user else found)[:limit])


def locked_users() -> dict[int, datetime]:
    """Account id → until when it is locked."""
    rows = Tries.objects.filter(key__startswith="user:", locked_until__gt=settings.HUILIU_CLOCK.now())
    return {int(row.key.removeprefix("user:")): row.locked_until for row in rows if row.locked_until}


def person_names(names: Iterable[str]) -> dict[str, str]:
    """The name of an act → the person's display name, with the key a program used; the system and others stay."""
    parts = {name: name.partition(" ") for name in names}
    known = dict(
        User.objects.filter(username__in={one[0] for one in parts.values()}).values_list("username", "display_name")
    )
    return {name: f"{known.get(who, who)}{space}{key}" for name, (who, space, key) in parts.items()}


def user_by_id(pk: int) -> User | None:
    """The account with this number."""
    return User.objects.select_related("sign_in").filter(pk=pk).first()


@dataclass(frozen=True)
class SignInState:
    """An account as the security administrator sees its sign-in."""

    user: User
    locked_until: datetime | None
    required: bool
    enrolled: bool
    networks: Sequence[str]
    password_changed_at: datetime


def sign_in_states() -> list[SignInState]:
    """All open accounts, locked ones first."""
    locked = locked_users()
    enrolled = set(TotpDevice.objects.filter(confirmed_at__isnull=False).values_list("user_id", flat=True))
    held = Grant.objects.filter(active(settings.HUILIU_CLOCK.now().date()))
    found = User.objects.filter(is_active=True).select_related("sign_in")
    states = []
    for user in found.prefetch_related(Prefetch("grants", held, to_attr="today")).order_by("username"):
        user.held = user.today  # prefetching passes by what is there already
        kept = sign_in_of(user)
        until, networks = locked.get(user.pk), kept.networks.split()
        is_enrolled, changed = user.pk in enrolled, kept.password_changed_at
        states.append(SignInState(user, until, requires_totp(user), is_enrolled, networks, changed))
    return sorted(states, key=lambda state: state.locked_until is None)


@dataclass(frozen=True)
class KeyState:
    """A key as pages list it."""

    key: ApiKey
    state: str
    words: str


def api_keys(owner: User | None = None) -> list[KeyState]:
    """Keys of one person or of all, the newest first, with their state and their permissions in words."""
    found = ApiKey.objects.select_related("owner")
    now = settings.HUILIU_CLOCK.now()
    return [_key_state(key, now) for key in (found.filter(owner=owner) if owner else found)]


def _key_state(key: ApiKey, now: datetime) -> KeyState:
    state = "revoked" if key.revoked_at else "expired" if key.expires_at <= now else "open"
    return KeyState(key, state, "、".join(PERMISSIONS.get(code, code) for code in key.permissions))
