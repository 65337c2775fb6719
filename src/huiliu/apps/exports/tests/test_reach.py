"""A file that was made stays closed to whoever reaches less today than it holds."""

import pytest

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.audit.services import Actor
from huiliu.apps.exports.models import Export
from huiliu.apps.exports.services import export_download, sources
from huiliu.apps.jobs.services import jobs_run
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.parametrize(
    ("division", "schemes", "level", "is_open"),
    [
        ("", [], "L4", True),
        ("449921", [], "L2", True),
        ("449921", ["110", "170"], "L3", True),
        ("449921", ["110"], "L2", False),  # less of the schemes
        ("449902", [], "L4", False),  # moved to another county
        ("", [], "L1", False),  # less of the columns
    ],
)
def test_a_reach_that_shrank_closes_what_was_made(ask, people, monkeypatch, division, schemes, level, is_open):
    key = ask().export.key
    jobs_run()
    Export.objects.filter(key=key).update(reach=[["449921", ["110", "170"], "L2"]])
    monkeypatch.setattr(sources, "scopes", lambda user, code: (Scope(division, frozenset(schemes), level),))
    if is_open:
        assert export_download(key=key, user=people["chen"], actor=Actor("chen")) is not None
    else:
        with pytest.raises(HuiliuError, match="EXPORT-001"):
            export_download(key=key, user=people["chen"], actor=Actor("chen"))


def test_a_permission_beside_that_was_withdrawn_closes_it_too(ask, people):
    key = ask().export.key
    jobs_run()
    Export.objects.filter(key=key).update(reach=[["", [], "L2", ["query.view_list"]]])
    assert export_download(key=key, user=people["chen"], actor=Actor("chen")) is not None
    Export.objects.filter(key=key).update(reach=[["", [], "L2", ["query.view_list", "query.gbt_export"]]])
    with pytest.raises(HuiliuError, match="EXPORT-001"):
        export_download(key=key, user=people["chen"], actor=Actor("chen"))


def test_the_reach_it_was_made_with_is_kept(ask, people):
    key = ask().export.key
    jobs_run()
    [[division, schemes, level, beside]] = Export.objects.get(key=key).reach
    assert (division, schemes, level, beside) == ("", [], "L2", [])
