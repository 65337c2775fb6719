"""Writing a scoring profile of one's own."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry, check_words, record
from huiliu.apps.performance.errors import refused
from huiliu.apps.performance.models import WrittenProfile
from huiliu.apps.performance.services.holders import ASSESS, for_holders
from huiliu.catalog.profiles import profiles as catalog
from huiliu.kernel.clock import Clock
from huiliu.kernel.digests import canonical_json, sm3
from huiliu.scoring.profile_reader import profile_of

PROFILE = kind("scoring_profile", "评分方案")
WRITTEN = action("performance.profile_write", "建立评分方案")

RESERVED = "new"  # the address of the form


@for_holders(ASSESS, WRITTEN, PROFILE)
def profile_write(*, data: Mapping[str, Any], user: Any, actor: Actor, clock: Clock | None = None) -> WrittenProfile:
    """Keep a profile; `data` has the keys of the catalog's files, numbers as text.

    Raises EV-PROFILE-001 naming the key that is wrong, PROFILE-001 for a code that is taken, PROFILE-002 for a profile
    that scores nothing.
    """
    profile = profile_of(data, "新方案")
    if profile.rule == "none":
        raise refused("PROFILE-002", "评分方案没有计分规则", "请选择按完成率计分。")
    check_words(" ".join((profile.label, profile.source, *profile.unverified)))
    if profile.id in (RESERVED, *catalog()) or WrittenProfile.objects.filter(code=profile.id).exists():
        raise refused("PROFILE-001", f"已有代码为 {profile.id} 的评分方案", "请换一个代码；已建立的方案不能改写。")
    kept = WrittenProfile.objects.create(
        code=profile.id,
        data=dict(data),
        digest=f"sm3:{sm3(canonical_json(dict(data)))}",
        written_at=(clock or settings.HUILIU_CLOCK).now(),
        written_by=actor.name,
    )
    record(Entry(actor, WRITTEN, PROFILE, kept.code, after={"digest": kept.digest}), clock)
    return kept
