"""Errors and the clock: what a person reads, and a night that stands still."""

from datetime import UTC, datetime

from huiliu.kernel.clock import FixedClock, SystemClock
from huiliu.kernel.errors import HuiliuError


def test_an_error_says_what_and_what_to_do():
    error = HuiliuError(code="LAKE-001", message="表 person 少 3 行", hint="请联系省级重传。", facts={"rows": 3})
    assert str(error) == "表 person 少 3 行（LAKE-001）请联系省级重传。"
    assert error.as_dict()["facts"] == {"rows": 3}


def test_clocks_speak_shanghai_time():
    assert FixedClock(datetime(2025, 3, 31, 16, tzinfo=UTC)).now().isoformat() == "2025-04-01T00:00:00+08:00"
    assert SystemClock().now().utcoffset() is not None
