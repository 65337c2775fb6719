"""The same town and people as the datahub's tests."""

from huiliu.apps.datahub.tests.conftest import built, control, empty_home, history, sign_in, town

__all__ = ["built", "control", "empty_home", "history", "sign_in", "town"]
