"""Nothing is filed or signed for publication but by a granted request of its own kind for exactly that content."""

from importlib import import_module

from django.db import migrations

from huiliu.web.triggers import CreateTriggers, Trigger

FILINGS = import_module("huiliu.apps.performance.migrations.0019_filings")
DISCLOSURES = import_module("huiliu.apps.performance.migrations.0018_disclosures")
FILING, VERSION, REQUEST, SAME = FILINGS.FILING, FILINGS.VERSION, FILINGS.REQUEST, FILINGS.same
PACKAGE = DISCLOSURES.PACKAGE
NEWEST = f"(SELECT v.digest FROM {VERSION} v WHERE v.filing_id = OLD.id ORDER BY v.number DESC LIMIT 1)"


def granted(kind, digest):
    """That the request of the row as it was is granted, of that kind, and for that digest."""
    return (
        f"EXISTS (SELECT 1 FROM {REQUEST} r WHERE r.id = OLD.request_id AND r.status = 'approved'"
        f" AND r.kind = '{kind}' AND r.payload ->> 'digest' = {digest})"
    )


STEPS = f"""
    (OLD.status = 'draft' AND NEW.status = 'draft')
    OR (OLD.status = 'draft' AND NEW.status = 'asked' AND {SAME("narrative", "achieved")}
        AND EXISTS (SELECT 1 FROM {VERSION} v WHERE v.filing_id = OLD.id))
    OR (OLD.status = 'asked' AND NEW.status = 'asked'
        AND NOT {FILINGS.asked("pending")} AND NOT {FILINGS.asked("approved")})
    OR (OLD.status = 'asked' AND NEW.status = 'filed' AND {granted("self_evaluation", NEWEST)}
        AND {SAME("narrative", "achieved", "request_id", "written_by", "written_at")})
"""
TRIGGERS = (
    Trigger(
        "performance_filing_update",
        FILING,
        "UPDATE",
        FILINGS.SHUT,
        refuse=f"OLD.status = 'filed' OR NEW.target_set_id <> OLD.target_set_id OR NOT ({STEPS})",
    ),
    Trigger(
        "performance_package_signed_as_asked",
        PACKAGE,
        "UPDATE",
        "DISC-017 公开材料没有按它的摘要审批通过",
        refuse=f"NEW.signed_on IS NOT NULL AND NOT {granted('disclosure', 'OLD.digest')}",
    ),
)


class Migration(migrations.Migration):

    dependencies = [
        ('performance', '0020_checked'),
    ]

    operations = [CreateTriggers(TRIGGERS)]
