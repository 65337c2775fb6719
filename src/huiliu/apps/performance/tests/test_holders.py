"""Every service that writes refuses whoever holds no post for it: on record, and with nothing else written."""

import io
from contextlib import nullcontext
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.urls import resolve

from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import SYSTEM
from huiliu.apps.performance import services
from huiliu.apps.performance.models import TargetVersion
from huiliu.apps.performance.services.monitoring import snapshot_keep
from huiliu.apps.performance.services.profiles import profile_write
from huiliu.apps.performance.services.target_documents import document_keep
from huiliu.apps.performance.tests.form import ROWS, USE, begun, by, filled, signed, submitted
from huiliu.kernel.errors import HuiliuError
from huiliu.scoring.targets import MoneyUse

pytestmark = [pytest.mark.django_db]
NEW = services.NewVersion("other", 2025, "first", name="别的项目", profile="national")
SAID = services.ByHand("01", Decimal(1), "验收", io.BytesIO(b"%PDF-1.4\n%%EOF\n"), "验收.pdf")
SCORE = services.NewScore("01", Decimal(1))
PLACE = {"project": "xxh", "year": 2025}
WRITES = {
    "version_draft": lambda v, who: services.version_draft(wanted=NEW, **who),
    "version_describe": lambda v, who: services.version_describe(number=v.pk, words=services.Words("改"), **who),
    "row_put": lambda v, who: services.row_put(number=v.pk, row=ROWS[0], **who),
    "row_remove": lambda v, who: services.row_remove(number=v.pk, code="01", **who),
    "weights_share": lambda v, who: services.weights_share(number=v.pk, **who),
    "use_put": lambda v, who: services.use_put(number=v.pk, use=USE, **who),
    "use_remove": lambda v, who: services.use_remove(number=v.pk, code="ops", **who),
    "document_keep": lambda v, who: document_keep(number=v.pk, file=SAID.file, name=SAID.name, **who),
    "version_submit": lambda v, who: services.version_submit(
        number=v.pk, submission=services.Submission("x"), applicant=who["user"], actor=who["actor"]
    ),
    "adjustment_draft": lambda v, who: services.adjustment_draft(**PLACE, **who),
    "measurements_take": lambda v, who: services.measurements_take(**PLACE, **who),
    "measurement_fill": lambda v, who: services.measurement_fill(**PLACE, said=SAID, **who),
    "score_declare": lambda v, who: services.score_declare(targets=v.target_set_id, score=SCORE, **who),
    "scores_declare": lambda v, who: services.scores_declare(targets=v.target_set_id, scores=[SCORE], **who),
    "profile_write": lambda v, who: profile_write(data={}, **who),
    "snapshot_keep": lambda v, who: snapshot_keep(**PLACE, day=date(2025, 3, 3), **who),
}
OF_THE_OPERATOR = {"evaluation_import", "report_render", "document_open"}


def kept():
    """Every row of this part."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in apps.get_app_config(
        "performance").get_models()}  # fmt: skip


def test_every_service_is_walked():
    named = {name for name in services.__all__ if name[0].islower()}
    assert named - OF_THE_OPERATOR - set(WRITES) == set()


@pytest.fixture
def draft(people):
    return filled(begun())


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("who", ["he", "wang"])
def test_without_the_permission_nothing_is_written(draft, name, who):
    before, newest = kept(), events(EventFilter()).latest("seq").seq
    with pytest.raises(HuiliuError, match=r"TARGET-010|MEASURE-009|ASSESS-005") as told:
        WRITES[name](draft, by(who))
    assert kept() == before
    (row,) = events(EventFilter()).filter(seq__gt=newest)
    assert (row.actor, row.outcome, row.details["code"]) == (who, "refused", told.value.code)
    assert TargetVersion.objects.count() == 1


def test_whoever_wrote_any_of_it_does_not_sign_it_though_the_post_is_another_since(draft, people, monkeypatch):
    with monkeypatch.context() as then:
        then.setattr("huiliu.apps.performance.services.holders.has_permission", lambda user, code: True)
        services.row_put(number=draft.pk, row=ROWS[0], **by("ling"))
    with pytest.raises(HuiliuError, match="CTRL-005"):
        submitted(draft, people)  # nobody else leads
    assert TargetVersion.objects.get().status == "draft"
    user_create(username="ou", display_name="欧", post="leader", actor=SYSTEM)
    version = signed(submitted(draft, people), people, "he")
    for decision in ("approved", "returned"):
        with pytest.raises(HuiliuError, match="CTRL-013"):
            signed(version, people, "ling", decision=decision, comment="改")
    assert TargetVersion.objects.get().status == "asked"


def test_the_audit_keeps_the_day_of_the_document_and_what_a_use_was(draft):
    words = services.Words("稳定", "甲财〔2025〕2号", date(2025, 3, 1))
    services.version_describe(number=draft.pk, words=words, **by())
    services.use_put(number=draft.pk, use=MoneyUse("ops", "运维", Decimal(1)), **by())
    described = events(EventFilter(action="performance.target_describe")).latest("seq")
    assert (described.before["document_on"], described.after["document_on"]) == ("2025-02-01", "2025-03-01")
    put = events(EventFilter(action="performance.target_use_put")).latest("seq")
    assert put.before == {"code": "ops", "name": "系统运维", "amount_fen": 10_000_000}
    assert put.after == {"code": "ops", "name": "运维", "amount_fen": 100}


def test_a_document_of_a_day_to_come_is_none(draft):
    for day, code in ((date(2025, 3, 3), ""), (date(2025, 3, 4), "TARGET-007")):
        words = services.Words("稳定", "甲财〔2025〕2号", day)
        with pytest.raises(HuiliuError, match=code) if code else nullcontext():
            services.version_describe(number=draft.pk, words=words, **by())
    assert TargetVersion.objects.get().document_on == date(2025, 3, 3)


def test_a_project_may_be_called_kept():
    assert resolve("/performance/monitoring/kept/2025/").url_name == "monitoring_detail"
