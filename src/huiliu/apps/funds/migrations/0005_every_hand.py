"""Every signature under a request keeps its hand from paying, not the last alone; one approval closes one year."""

from dataclasses import replace
from importlib import import_module

from django.db import migrations

from huiliu.web.triggers import CreateTriggers, DropTriggers

RULES = import_module("huiliu.apps.funds.migrations.0002_guarded")
EVENT = RULES.EVENT
BEFORE = {trigger.name: trigger for trigger in RULES.RULES}
HANDS, APPROVED = BEFORE["funds_different_hands"], BEFORE["funds_event_approved"]
SIGNED = f"""
    NEW.origin = 'hand' AND NEW.kind = 'payment' AND EXISTS (
        SELECT 1 FROM control_approvalstep s JOIN {EVENT} r ON r.approval_id = s.request_id
        WHERE r.id = NEW.refers_id AND s.decision = 'approved' AND s.decider_id = NEW.recorded_by_id)
"""
USED = f"""
    NEW.origin = 'hand' AND NEW.kind = 'close' AND EXISTS (
        SELECT 1 FROM {EVENT} e WHERE e.approval_id = NEW.approval_id AND e.kind = 'close')
"""


class Migration(migrations.Migration):

    dependencies = [
        ("control", "0009_supervision"),
        ("funds", "0004_imports_guarded"),
    ]

    operations = [
        DropTriggers((HANDS, APPROVED)),
        CreateTriggers((
            replace(HANDS, refuse=f"({HANDS.refuse}) OR ({SIGNED})"),
            replace(APPROVED, refuse=f"({APPROVED.refuse}) OR ({USED})"),
        )),
    ]
