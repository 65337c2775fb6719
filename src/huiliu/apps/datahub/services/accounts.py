"""Whose bank account is this: the whole number only, under a purpose, by grants that open accounts; recorded."""

from datetime import date

from huiliu.apps.audit.services import Entry, record_alone
from huiliu.apps.control.selectors.purposes import Running, running_purpose
from huiliu.apps.control.services.purposes import Asked, purpose_give
from huiliu.apps.datahub.selectors.display import catalog
from huiliu.apps.datahub.selectors.search import Kind, read_terms
from huiliu.apps.datahub.services.full import Viewer
from huiliu.apps.datahub.services.persons import PERSON, SEARCHED, SearchResult, no_purpose, search_run
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.masking import is_within


def account_search(
    *, viewer: Viewer, text: str, asked: Asked | None = None, as_of: date | None = None, clock: Clock | None = None
) -> SearchResult:
    """Persons within reach who have this very account, masked as everywhere.

    SEARCH-001 for what is no account, SEARCH-002, recorded as refused, without a grant that opens accounts; PURPOSE-001
    to 003, COUNT-001 above the day's limit of searches, LIBRARY-002 for a day without a night.
    """
    terms = read_terms(Kind.ACCOUNT, text)
    level = catalog().tables["person"].by_name["bank_account"].level
    opened = [scope for scope in viewer.scopes if is_within(level, scope.level)]
    if not opened:
        details = {"kind": str(Kind.ACCOUNT)}
        record_alone(Entry(viewer.actor, SEARCHED, PERSON, outcome="refused", details=details), clock)
        hint = f"如工作需要，请申请数据级别为 {level} 的岗位权限。本次请求已记入审计。"
        raise HuiliuError(code="SEARCH-002", message="您的岗位授权不能按银行账号查询", hint=hint)
    purpose = _purpose(viewer, asked, clock)
    return search_run(actor=viewer.actor, scopes=opened, terms=terms, as_of=as_of, purpose=purpose.text, clock=clock)


def _purpose(viewer: Viewer, asked: Asked | None, clock: Clock | None) -> Running:
    if asked is not None:
        return purpose_give(user=viewer.user, asked=asked, actor=viewer.actor, clock=clock)
    running = running_purpose(viewer.user, clock)
    if running is None:
        raise no_purpose()
    return running
