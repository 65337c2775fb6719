"""How personal data is used and how long records stay: purposes, daily bounds, retention, what has expired."""

from datetime import timedelta

from django.contrib.sessions.models import Session

from huiliu.apps.audit.selectors import kept
from huiliu.apps.audit.selectors.retention import back
from huiliu.apps.control.selectors.purposes import accepted_matters, number_of
from huiliu.config.doctor.findings import Finding, judged, probe
from huiliu.config.doctor.site import Site

LONGEST_PURPOSE = 30  # minutes
LATE = timedelta(days=2)
HALF_YEAR = timedelta(days=181)  # six months at their shortest; 网络安全法第二十一条第（三）项
LONG_KEPT = frozenset({"audit_event", "log"})


@probe("purposes", "查看事由")
def purposes(site: Site) -> Finding:
    """A full view needs a matter of the list, lasts no longer than it must, and is counted a day."""
    today = site.now.date()
    matters = len(accepted_matters(today))
    minutes, views = number_of("purpose_minutes", today), number_of("full_views_per_day", today)
    good = matters > 0 and 0 < minutes <= LONGEST_PURPOSE and views > 0
    found = f"查看完整信息须选事由（{matters} 种）并填案号，{minutes} 分钟有效，每人每日 {views} 次"
    return judged(good, found, f"请在 limits.yaml 中把事由的有效时间设为 {LONGEST_PURPOSE} 分钟以内，并限定次数。")


@probe("retention", "保存期限")
def retention(site: Site) -> Finding:
    """Every class of record has a period; audit and logs stay six months at least."""
    today = site.now.date()
    classes = kept(today)
    bare = sum(one.at_least is None and one.at_most is None for one in classes)
    long = {one.record_class.code for one in classes if one.at_least and today - back(today, one.at_least) >= HALF_YEAR}
    enough = long >= LONG_KEPT
    found = f"{len(classes)} 类记录，没有期限的 {bare} 类；审计和日志{'不少于' if enough else '少于'}六个月"
    return judged(enough and not bare, found, "请在 catalog/retention 中补足期限，并登记来源。")


@probe("expired_sessions", "过期会话")
def expired_sessions(site: Site) -> Finding:
    """Sessions that ended days ago are gone: the daily purge works."""
    left = Session.objects.filter(expire_date__lt=site.now - LATE).count()
    return judged(not left, f"过期两天以上未清除的 {left} 个", "请检查后台任务是否在运行，以及是否有冻结令。")
