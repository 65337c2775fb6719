"""An old SQLite is told before anything is made."""

import pytest

from huiliu.config.boot import check_sqlite
from huiliu.kernel.errors import HuiliuError


def test_an_old_sqlite_is_refused_with_a_way_out():
    with pytest.raises(HuiliuError, match="SYS-003") as caught:
        check_sqlite((3, 34, 1), "3.34.1")
    assert "3.34.1" in caught.value.message
    assert "HUILIU_DATABASE" in caught.value.hint
    check_sqlite((3, 38, 0), "3.38.0")
