"""The second factor: of whom it is asked, and who has it."""

from django.conf import settings
from django.utils.module_loading import import_string

from huiliu.apps.accounts.selectors import EVERYBODY_LEVEL, due_page, sign_in_states
from huiliu.config.doctor.findings import Finding, check, judged, ok, probe, warn
from huiliu.config.doctor.site import Site


@check("second_factor", "动态口令")
def second_factor(site: Site) -> Finding:
    """Open accounts that must have one and have none yet; until then nothing but enrolment opens for them."""
    must = [state for state in sign_in_states() if state.required]
    without = sum(not state.enrolled for state in must)
    if without:
        todo = "请本人登录后登记动态口令；不用的账户须停用。"
        return warn(f"须用动态口令的 {len(must)} 个账户中 {without} 个还没有登记", todo)
    return ok(f"须用动态口令的 {len(must)} 个账户都已登记")


@probe("second_factor_for_all", "两种鉴别方式")
def second_factor_for_all(site: Site) -> Finding:
    """Asked of every account, and nothing opens before it is there."""
    forced = import_string(settings.HUILIU_WEB["due_page"]) is due_page
    good = forced and site.environment.mlps == EVERYBODY_LEVEL
    found = "每个账户都须用动态口令（不是国密算法）" if good else "没有要求每个账户使用动态口令"
    return judged(good, found, "请设 HUILIU_MLPS=3 后重新启动。")
