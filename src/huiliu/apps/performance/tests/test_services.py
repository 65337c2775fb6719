"""Importing, rendering and handing out, each with its audit row."""

import pytest

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.performance import services
from huiliu.apps.performance.selectors import evaluations as selectors
from huiliu.apps.performance.tests.conftest import TABLE
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]


def audited(action):
    return [event.object_key for event in events(EventFilter(action=action))]


def test_the_same_table_again_changes_nothing(place):
    delivered = services.Delivered("jia-2024", TABLE, "gd-heyuan-2024")
    first = services.evaluation_import(delivered=delivered)
    second = services.evaluation_import(delivered=delivered)
    assert first.pk == second.pk
    assert audited("performance.evaluation_import") == ["jia-2024"]


def test_another_table_under_the_same_name_is_refused(project):
    changed = services.Delivered("jia-2024", TABLE.replace("36.11", "36.12"), "gd-heyuan-2024")
    with pytest.raises(HuiliuError, match="PERF-001"):
        services.evaluation_import(delivered=changed)
    assert selectors.find("jia-2024").result["total.declared"].text() == "96.11"


@pytest.mark.parametrize("table", ["", "[]", "{", '{"agency": "甲"}'])
def test_an_unreadable_table_leaves_nothing(place, table):
    with pytest.raises(HuiliuError):
        services.evaluation_import(delivered=services.Delivered("x", table, "gd-heyuan-2024"))
    assert selectors.evaluations() == []
    assert audited("performance.evaluation_import") == []


def test_an_unknown_profile_is_refused(place):
    with pytest.raises(HuiliuError):
        services.evaluation_import(delivered=services.Delivered("x", TABLE, "no-such"))


def test_declared_decimals_survive_storage(project):
    assert selectors.find("jia-2024").result["item.2.declared"].text() == "36.11"
    assert project.table == TABLE


def test_rendering_again_replaces_the_files_and_says_so(project, place):
    before = {d.format: d.digest for d in selectors.documents(project)}
    services.report_render(name="jia-2024")
    assert {d.format for d in selectors.documents(project)} == {"pdf", "docx", "json"}
    assert {d.format: d.digest for d in selectors.documents(project)} == before
    assert len(audited("performance.report_render")) == 2
    assert (place.reports / "jia-2024" / "jia-2024.pdf").read_bytes().startswith(b"%PDF-")


def test_a_changed_file_is_not_handed_out(project, place):
    (place.reports / "jia-2024" / "jia-2024.docx").write_bytes(b"other")
    with pytest.raises(HuiliuError, match="PERF-003"):
        selectors.document_bytes(project.documents.get(format="docx"))


def test_rendering_what_does_not_exist(place):
    with pytest.raises(HuiliuError, match="PERF-002"):
        services.report_render(name="none")


@pytest.mark.parametrize("name", ["../keys", "甲-2024", "", "a b", "a/b", ".", "a" * 65, "<script>", "A"])
def test_a_name_must_fit_addresses_and_folders(place, name):
    with pytest.raises(HuiliuError) as caught:
        services.evaluation_import(delivered=services.Delivered(name, TABLE, "gd-heyuan-2024"))
    assert caught.value.code == "PERF-004"
    assert selectors.evaluations() == []
