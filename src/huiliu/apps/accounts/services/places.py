"""Where people come from: the networks from which the installation and the account may be used."""

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from huiliu.apps.accounts import actions, selectors
from huiliu.apps.accounts.models import SignIn, User
from huiliu.apps.accounts.services import tries
from huiliu.apps.audit.services import Actor, Entry, actor_of, record, record_alone
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.networks import parse_networks, within
from huiliu.web.client import client_ip

STAFF = "staff"
ACCOUNT = "account"


def network_allows(request: HttpRequest) -> bool:
    """Whether staff pages may be used from here; a refusal is written down, at most once a minute for an address."""
    why = wrong_network(request, request.user)
    if why:
        record_wrong_network(request, why)
    return not why


def wrong_network(request: HttpRequest, user: object) -> str:
    """Which list the address is missing from: `staff`, `account`, or empty where it may be used."""
    address = client_ip(request)
    staff = settings.ENVIRONMENT.staff_networks
    if staff and not within(address, parse_networks(staff)):
        return STAFF
    own = selectors.sign_in_of(user).networks if isinstance(user, User) else ""
    return "" if inside(address, own) else ACCOUNT


def inside(address: str, networks: str) -> bool:
    """Whether an address lies in a kept list; an empty list holds everything."""
    return not networks or within(address, parse_networks(networks.split()))


def tidy_networks(text: str) -> str:
    """What was typed as it is kept, one network a line. ACC-032 names the position of a wrong one."""
    wanted = text.replace(",", " ").replace("，", " ").replace("、", " ").split()
    try:
        return "\n".join(str(network) for network in parse_networks(wanted))
    except ValueError as error:
        hint = "请写作 10.1.0.0/16 或 10.1.2.3，一行一个；掩码之后的位须为 0。"
        raise HuiliuError(code="ACC-032", message=f"第 {error} 个地址写法不对", hint=hint) from None


def record_wrong_network(request: HttpRequest, why: str, clock: Clock | None = None, username: str = "") -> None:
    """The audit row of a refused address."""
    clock = clock or settings.HUILIU_CLOCK
    if tries.may_tell(f"network:{client_ip(request)}", clock.now()):
        key = username or (request.user.get_username() if request.user.is_authenticated else "")
        details = {"why": why}
        entry = Entry(actor_of(request), actions.WRONG_NETWORK, actions.USER, key, outcome="refused", details=details)
        record_alone(entry, clock)


def networks_set(*, user: User, networks: str, reason: str, actor: Actor, clock: Clock | None = None) -> None:
    """From which networks an account may be used: CIDR, one a line or with spaces; empty means everywhere.

    ACC-032 for a wrong network, ACC-040 for one's own account: nobody may weaken that alone.
    """
    if actor.account == user.username:
        hint = "请由另一位安全管理员办理。"
        raise HuiliuError(code="ACC-040", message="不能设置自己账户的登录地址", hint=hint)
    text = tidy_networks(networks)
    with transaction.atomic():
        row, _ = SignIn.objects.select_for_update().get_or_create(
            user=user, defaults={"password_changed_at": user.created_at}
        )
        before, after = {"networks": row.networks}, {"networks": text}
        row.networks = text
        row.save(update_fields=("networks",))
        record(
            Entry(actor, actions.NETWORKS_SET, actions.USER, user.username, purpose=reason, before=before, after=after),
            clock,
        )
