"""Every test client makes the middleware anew, and WhiteNoise reads all static files of the product each time."""

import os
from collections.abc import Iterator
from functools import wraps
from typing import Any

import pytest


@pytest.fixture(scope="session", autouse=True)
def _static_files_read_once() -> Iterator[None]:
    """What was found under the same settings is handed on: 20 ms a client, and there are a thousand."""
    if not os.environ.get("DJANGO_SETTINGS_MODULE"):
        yield
        return
    from whitenoise.middleware import WhiteNoiseMiddleware

    real = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[tuple[str, int | None], dict[str, Any]] = {}

    @wraps(real)
    def add_files_from_finders(self: Any) -> None:
        key = (self.static_prefix, self.max_age)
        if key not in found:
            real(self)
            found[key] = dict(self.files)
        self.files.update(found[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", add_files_from_finders)
        yield
