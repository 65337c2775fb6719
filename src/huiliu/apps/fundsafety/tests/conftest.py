"""The same people as in the datahub's tests."""

from huiliu.apps.datahub.tests.conftest import control, empty_home, sign_in, sign_in_at

__all__ = ["control", "empty_home", "sign_in", "sign_in_at"]
