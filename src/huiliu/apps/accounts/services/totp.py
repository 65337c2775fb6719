"""The second factor: enrolment, spending codes, and the reset by the security administrator."""

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from huiliu.apps.accounts import actions, one_time, selectors
from huiliu.apps.accounts.models import Ending, RecoveryCode, TotpDevice, User
from huiliu.apps.accounts.services.digests import is_digest_of, keyed_digest
from huiliu.apps.accounts.services.sessions import session_end_all
from huiliu.apps.audit.services import Actor, Entry, actor_of, record
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError

RECOVERY = "recovery"
# A secret not yet confirmed grants nothing; making one leaves no row in the chain, confirming it does.


@transaction.atomic
def totp_begin(*, request: HttpRequest) -> str:
    """The secret to enrol, the same until this session confirms it. ACC-035 where a confirmed one exists.

    One begun in another session is thrown away: whoever saw it there must not know the one that is confirmed here.
    """
    user, here = request.user, selectors.session_digest(request)
    assert isinstance(user, User)
    device = TotpDevice.objects.select_for_update().filter(user=user).first()
    if device is not None and device.confirmed_at:
        raise HuiliuError(code="ACC-035", message="动态口令已登记", hint="更换手机请联系安全管理员重置后重新登记。")
    if device is None or device.begun_in != here:
        defaults = {"secret": one_time.new_secret(), "begun_in": here}
        device, _ = TotpDevice.objects.update_or_create(user=user, defaults=defaults)
    secret: str = device.secret.reveal()
    return secret


@transaction.atomic
def totp_confirm(*, request: HttpRequest, code: str, clock: Clock | None = None) -> list[str]:
    """Enrol with a first code; gives the recovery codes, which exist nowhere else. ACC-033 for a wrong code."""
    user, now = request.user, (clock or settings.HUILIU_CLOCK).now()
    assert isinstance(user, User)
    here = selectors.session_digest(request)
    device = TotpDevice.objects.select_for_update().filter(user=user, begun_in=here, confirmed_at=None).first()
    step = one_time.matching_step(device.secret.reveal(), one_time.plain(code), now, 0) if device else None
    if device is None or step is None:
        raise wrong_code()
    device.confirmed_at, device.last_step = now, step
    device.save(update_fields=("confirmed_at", "last_step"))
    codes = _new_recovery_codes(user)
    kept = getattr(request, "live_session", None)
    if kept is not None:
        kept.second_factor = True
        kept.save(update_fields=("second_factor",))
    session_end_all(user=user, why=Ending.TOTP, actor=actor_of(request), keep=kept, clock=clock)
    record(Entry(actor_of(request), actions.TOTP_ENROL, actions.USER, user.username), clock)
    return codes


def wrong_code() -> HuiliuError:
    """The answer to a code that does not fit, is too old, or was used."""
    hint = "请输入手机上正在显示的 6 位数字；每个数字只能用一次，刚用过时请等下一个。手机时间须准确。"
    return HuiliuError(code="ACC-033", message="动态口令不对", hint=hint)


def _new_recovery_codes(user: User) -> list[str]:
    codes = list(one_time.recovery_codes())
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=keyed_digest(f"{user.pk}:{one_time.plain(code)}")) for code in codes
    )
    return codes


def spend(user: User, typed: str, clock: Clock) -> str:
    """In the transaction that lets the person in: use a code up. `code`, `recovery`, or empty where none fits."""
    code, now = one_time.plain(typed), clock.now()
    device = TotpDevice.objects.select_for_update().filter(user=user, confirmed_at__isnull=False).first()
    if device is None:
        return ""
    step = one_time.matching_step(device.secret.reveal(), code, now, device.last_step)
    if step is not None:
        device.last_step = step
        device.save(update_fields=("last_step",))
        return "code"
    for unused in RecoveryCode.objects.select_for_update().filter(user=user, used_at=None):
        if is_digest_of(unused.digest, f"{user.pk}:{code}"):
            unused.used_at = now
            unused.save(update_fields=("used_at",))
            return RECOVERY
    return ""


@transaction.atomic
def totp_reset(*, user: User, reason: str, actor: Actor, by: User | None, clock: Clock | None = None) -> None:
    """Take a person's second factor away, so that a new one is enrolled at the next sign-in; all sessions end.

    `by` is who resets, None at the machine itself. ACC-036 for one's own: nobody may weaken the own account alone.
    ACC-037 where nothing is enrolled.
    """
    if by is not None and user.pk == by.pk:
        hint = "请由另一位安全管理员办理，或使用恢复码登录。"
        raise HuiliuError(code="ACC-036", message="不能重置自己的动态口令", hint=hint)
    if not TotpDevice.objects.filter(user=user, confirmed_at__isnull=False).delete()[0]:
        raise HuiliuError(code="ACC-037", message="该账户没有登记动态口令", hint="无需重置。")
    RecoveryCode.objects.filter(user=user).delete()
    session_end_all(user=user, why=Ending.TOTP, actor=actor, clock=clock)
    record(Entry(actor, actions.TOTP_RESET, actions.USER, user.username, purpose=reason), clock)
