"""People at their posts, as in the tests of datahub; the town is in tests/support."""

from huiliu.apps.datahub.tests.conftest import sign_in, sign_in_at

__all__ = ["sign_in", "sign_in_at"]
