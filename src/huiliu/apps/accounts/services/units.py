"""Registering units."""

from django.db import transaction

from huiliu.apps.accounts import actions
from huiliu.apps.accounts.models import Unit, UnitKind
from huiliu.apps.audit.services import Actor, Entry, record
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError


@transaction.atomic
def unit_create(  # noqa: PLR0913 -- the fields of a unit
    *,
    code: str,
    name: str,
    kind: str,
    actor: Actor,
    division: str = "",
    parent: Unit | None = None,
    clock: Clock | None = None,
) -> Unit:
    """Register a unit; a county needs its division code, a department takes its parent's. ACC-015 if it is wrong."""
    division = division or (parent.division if parent else "")
    wrong = kind not in UnitKind.values or (kind == UnitKind.COUNTY and not division)
    if wrong or not (code and name) or Unit.objects.filter(code=code).exists():
        hint = "编码须未被使用，名称必填；县区须填六位行政区划代码。"
        raise HuiliuError(code="ACC-015", message="机构登记不完整或编码已有", hint=hint)
    unit = Unit.objects.create(code=code, name=name, kind=kind, division=division, parent=parent)
    after = {"name": name, "kind": kind, "division": division, "parent": parent.code if parent else ""}
    record(Entry(actor, actions.UNIT_CREATE, actions.UNIT, code, after=after), clock)
    return unit
