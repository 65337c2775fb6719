"""The same town and people as the datahub's tests."""

import pytest

from huiliu.apps.datahub.tests.conftest import built, control, empty_home, history, sign_in, sign_in_at, town

__all__ = ["built", "control", "empty_home", "history", "sign_in", "sign_in_at", "town"]


@pytest.fixture
def screened(town):
    """The town after the rule ran over its newest night: one clue, about 李㛃."""
    from huiliu.apps.datahub.services import nights_refresh
    from huiliu.apps.fundsafety.services import screening_run
    from huiliu.catalog.rules.pension.paid_after_death import paid_after_death

    nights_refresh()
    with town.library.open() as snapshot:
        screening_run(rule=paid_after_death, snapshot=snapshot)
    return town
