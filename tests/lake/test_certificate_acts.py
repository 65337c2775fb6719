"""A day corrected, rolled back or decided upon: each commit has a certificate, old ones say what became of them."""

import json
import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.signing import Signer, by_fingerprint
from huiliu.lake.certificate import fate, find_certificate, write_certificates
from huiliu.lake.certificate_check import Examined, examine
from huiliu.lake.pins import expire
from huiliu.lake.records import NightRecord, Outcome
from huiliu.lake.rollback import roll_back
from lake.awards import Office, awards
from lake.builder import STAMP
from lake.conftest import Site
from lake.days import AFTER, Five, day, deliver, row

pytestmark = pytest.mark.slow

SIGNER = Signer(bytes(range(32)))
KEYS = by_fingerprint([SIGNER.public])
CORRECTED = [row("U", "Z3", "300.30", "202502"), row("U", "Z1", "110.00")]


def published(site: Site) -> list[NightRecord]:
    return [night for night in site.library.history() if night.outcome is Outcome.PUBLISHED]


def certify(site: Site) -> list[Path]:
    return write_certificates(site.home, published(site), site.tables, SIGNER, site.clock)


def verified(site: Site, path: Path) -> Examined:
    return examine(path.read_bytes(), KEYS, lake=site.home)


def told_of(site: Site) -> dict[int, str]:
    return {
        night.snapshot or 0: "".join(fate(night.standing, night.business_date, site.library.days()))
        for night in published(site)
    }


@pytest.mark.slow
def test_a_revision_leaves_the_old_certificates_and_they_say_so(five: Five) -> None:
    site, digests = five
    assert len(certify(site)) == 5
    deliver(site.inbox, 1, CORRECTED, AFTER[1], digests[0], revision=1)
    site.night()
    assert [path.name for path in certify(site)] == [
        "449900_20250401_r1.6.json",
        "449900_20250402.7.json",
        "449900_20250403.8.json",
        "449900_20250404.9.json",
    ]
    for path in site.home.certificates.iterdir():
        assert verified(site, path).sound, path.name
    assert told_of(site) == {
        1: "",
        2: "这一夜此后已被取代，该日现以快照 6 的内容为准。",
        3: "这一夜此后已被取代，该日现以快照 7 的内容为准。",
        4: "这一夜此后已被取代，该日现以快照 8 的内容为准。",
        5: "这一夜此后已被取代，该日现以快照 9 的内容为准。",
        **dict.fromkeys((6, 7, 8, 9), ""),
    }
    effective = site.library.days()
    assert find_certificate(site.home, day(2), effective).name == "449900_20250402.7.json"
    assert find_certificate(site.home, day(0), effective).name == "449900_20250331.1.json"


@pytest.mark.slow
def test_a_rollback_is_certified_and_what_it_withdrew_says_so(five: Five) -> None:
    site, _ = five
    certify(site)
    roll_back(site.home, site.tables, day(2), site.clock)
    (restore,) = certify(site)
    assert verified(site, restore).night.kind == "restore"
    for path in site.home.certificates.iterdir():
        assert verified(site, path).sound, path.name
    told = told_of(site)
    assert told[3] == told[6] == ""
    assert told[4] == told[5] == "这一夜此后已回退撤回，其内容不在用。"
    assert find_certificate(site.home, day(3), site.library.days()).name == "449900_20250403.4.json"


@pytest.mark.slow
def test_the_certificate_outlives_its_snapshot(five: Five) -> None:
    site, _ = five
    paths = certify(site)
    gone = expire(site.home, day(4), FixedClock(datetime(2025, 12, 1, tzinfo=TZ)))
    assert gone == [2, 3], "the first is the end of its month, the fourth what a correction of the fifth goes back to"
    for path in paths:
        examined = verified(site, path)
        assert examined.sound, path.name
        expired = [c.actual for c in examined.checks if c.code == "certificate_commit" and c.verdict == "none"]
        assert expired == (["快照已清理，未核对"] if examined.night.snapshot in gone else [])
    assert certify(site) == []


@pytest.mark.slow
@pytest.mark.parametrize("same_name", [True, False])
def test_a_number_that_comes_again_has_a_certificate_of_its_own(five: Five, same_name: bool) -> None:
    """As after a catalogue was taken back to an older one: the commit that had the number is no more."""
    site, _ = five
    *_, last = published(site)
    before = replace(last, run_at=last.run_at - timedelta(days=1))
    given_up = before if same_name else replace(before, batch="449900_20250406")
    (path,) = write_certificates(site.home, [given_up], site.tables, SIGNER, site.clock)
    os.utime(path, (given_up.run_at.timestamp(), given_up.run_at.timestamp()))
    written = certify(site)
    assert [p.name for p in written][-1] == "449900_20250404.5.json"
    assert json.loads(written[-1].read_bytes())["certificate"]["record"]["run_at"] == last.run_at.isoformat()
    (aside,) = (site.home.certificates / "given_up").iterdir()
    assert aside.name.startswith(f"{given_up.batch}.5.")
    assert certify(site) == []


def test_a_day_without_a_certificate_is_said(five: Five) -> None:
    site, _ = five
    with pytest.raises(HuiliuError) as refused:
        find_certificate(site.home, day(0), {})
    assert refused.value.code == "LAKE-062"


@pytest.mark.slow
def test_rows_in_quarantine_are_certified_and_missed_when_gone(site: Site) -> None:
    office = Office(site)
    good = ("I", "A1", "P1", "202503", "100.00", "100.00", STAMP)
    overpaid = ("I", "A2", "P2", "202503", "200.00", "200.01", STAMP)
    office.night(awards(good, overpaid, closing=(2, "300.00", "300.01")))
    (path,) = certify(site)
    (check,) = [c for c in verified(site, path).checks if c.code == "certificate_quarantine"]
    assert (check.table, check.actual, check.verdict) == ("award", "待处理 1，不予入库 0", "pass")
    for file in site.home.data_files():
        if "_quarantine" in file.parts:
            file.unlink()
    failed = [(c.name, c.table) for c in verified(site, path).checks if c.verdict == "fail"]
    assert failed == [("隔离区行数", "award")]
