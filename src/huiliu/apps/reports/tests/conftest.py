"""The town with its nights projected, and people at their posts."""

import pytest

from huiliu.apps.datahub.tests.conftest import empty_home, sign_in, sign_in_at

__all__ = ["empty_home", "sign_in", "sign_in_at"]


@pytest.fixture
def office(town, settings, tmp_path, db):
    """The town's lake, and a data folder of this test's own for jobs and files."""
    from huiliu.apps.datahub.services import nights_refresh
    from huiliu.apps.datahub.tests.town import Site

    class Home(Site):
        @property
        def lake(self):
            return town.home.lake

    settings.HOME = Home(tmp_path)
    nights_refresh()
    return town


@pytest.fixture
def make(office):
    """`make("pensions_paid", 202501)`: a month is counted now."""
    from huiliu.apps.reports.selectors import report_by_name
    from huiliu.apps.reports.services import report_make

    return lambda name, month, **more: report_make(report=report_by_name(name), month=month, **more)
