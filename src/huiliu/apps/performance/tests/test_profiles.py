"""A scoring profile made on a page: the catalog's data and reader, kept for ever, and targets scored by it."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.performance.forms.profiles import ProfileForm, initial_of
from huiliu.apps.performance.models import WrittenProfile
from huiliu.apps.performance.selectors import assessments
from huiliu.apps.performance.selectors import profiles as selectors
from huiliu.apps.performance.services import NewVersion, version_draft
from huiliu.apps.performance.services.profiles import profile_write
from huiliu.apps.performance.tests.form import by, filled, signed, submitted
from huiliu.catalog.profiles import profiles as catalog
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import Record
from huiliu.scoring.measured import Measured

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
BASE = "/performance/profiles/"
OWN = {
    "id": "own-2025", "label": "本单位评分方案", "in_force": "2025-01-01", "source": "局办公会纪要",
    "rule": "proportional",
    "levels": {"预算执行": "10", "产出": "50", "效益": "30", "满意度": "10"}, "rounding": "floor", "places": "0",
    "grades": {"优": "95", "良": "80", "中": "60", "差": "0"},
}  # fmt: skip


def written(**changes):
    return profile_write(data={**OWN, **changes}, **by())


def test_a_written_profile_stands_beside_the_catalog(people):
    written()
    assert list(selectors.scoring()) == [*(name for name in catalog() if name != "default"), "own-2025"]
    own = selectors.profile("own-2025")
    assert (own.rounding, own.places, own.grade(Decimal("94.99"))) == ("floor", 0, "良")
    assert selectors.profile("national") is catalog()["national"]
    (event, *_) = events(EventFilter(action="performance.profile_write"))
    assert event.object_key == "own-2025"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"id": "national"}, "PROFILE-001"),
        ({"rule": "none"}, "PROFILE-002"),
        ({"levels": {"产出": "99"}}, "EV-PROFILE-001"),
        ({"places": 1.5}, "EV-PROFILE-001"),
    ],
)
def test_what_is_wrong_is_refused(people, changes, code):
    with pytest.raises(HuiliuError) as refused:
        written(**changes)
    assert refused.value.code == code
    assert WrittenProfile.objects.count() == 0


def test_a_code_is_taken_once(people):
    written()
    with pytest.raises(HuiliuError, match="PROFILE-001"):
        written(label="另一个")


@pytest.mark.parametrize(
    "statement", ["UPDATE performance_writtenprofile SET code = 'x'", "DELETE FROM performance_writtenprofile"]
)
def test_the_database_keeps_it(people, statement):
    written()
    with pytest.raises(IntegrityError, match="PROFILE-003"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_targets_are_scored_by_it(people, monkeypatch):
    """11 of 12 inspections are 18.33 of 20 points: whole points, cut off, are 18."""
    written()
    wanted = NewVersion("xxh", 2025, "first", name="社保信息化维护", profile="own-2025")
    version = signed(submitted(filled(version_draft(wanted=wanted, **by())), people), people, "he", "ling")
    eleven = Measured(Decimal(11), records=(Record("m:1", "测量记录", Decimal(11)),))
    monkeypatch.setattr(assessments, "measured_values", lambda version: {"01": eleven})
    found = assessments.assessed(version.target_set, date(2025, 3, 3))
    assert found.result is not None, found.refusal
    assert found.result["item.01.score"].with_unit() == "18分"
    assert [str(one) for one in selectors.used_by("own-2025")] == ["2025年社保信息化维护"]


def sent(**changes):
    """The form as a browser sends it, started from the national profile."""
    start = {name: "" if value is None else value for name, value in initial_of(catalog()["national"]).items()}
    named = {"id": "own-2025", "label": "本单位评分方案", "in_force": "2025-01-01", "source": "局办公会纪要"}
    return {**start, **named, **changes}


@pytest.mark.parametrize("name", ["national", "national-cost", "hubei", "sichuan", "gd-heyuan-2024"])
def test_the_form_gives_every_profile_again(name):
    """All but its names and the bands, which only printed tables are read by."""
    one = catalog()[name]
    start = {key: "" if value is None else value for key, value in initial_of(one).items()}
    form = ProfileForm({**start, "id": "own", "label": "方案", "in_force": "2025-01-01", "source": "依据"})
    assert form.is_valid(), form.errors
    data = form.data_of_profile()
    again = selectors.profile_of(data, "own")
    for key in ("levels", "free", "places", "rounding", "remainder", "grades", "rule", "execution_basis", "bands",
                "over_achievement", "over_function", "equal_rule", "range_rule", "pass_mark", "qualitative",
                "reason_below"):  # fmt: skip
        assert getattr(again, key) == getattr(one, key), key


def test_the_page_makes_a_profile(as_of):
    client = as_of("kuai")
    assert "产出 50" in client.get(f"{BASE}new/").content.decode()
    assert "自行分配" in client.get(f"{BASE}new/?from=sichuan").content.decode()
    answer = client.post(f"{BASE}new/", sent(levels="产出 55\n效益：25\n满意度 10\n预算执行 10", pass_mark="60"))
    assert (answer.status_code, answer.url) == (302, f"{BASE}own-2025/")
    page = client.get(answer.url).content.decode()
    for text in (
        "产出 55、效益 25",
        "低于 60% 不得分",
        "达成 100%至80%（含）",
        "局办公会纪要",
        "sm3:",
        "待核",
        "还没有绩效目标采用",
    ):
        assert text in page, text
    assert "本单位建立" in client.get(BASE).content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"levels": "产出 60\n效益 30"}, "应等于满分 100"),
        ({"levels": "产出"}, "不是“名称 分值”"),
        ({"levels": "产出 一百"}, "须是不小于零的数"),
        ({"id": "Own"}, "小写字母"),
        ({"id": "hubei"}, "已有代码为 hubei 的评分方案"),
        ({"reached": "50"}, "须小于“达成的下限（%）”"),
        ({"partly": "80"}, "须小于“达成的下限（%）”"),
        ({"second": "90"}, "须小于“优的下限（%）”"),
        ({"third": "0"}, "各不相同"),
        ({"pass_mark": "101"}, "0 至 100"),
    ],
)
def test_the_page_says_what_is_wrong_at_its_field(as_of, changes, words):
    answer = as_of("kuai").post(f"{BASE}new/", sent(**changes))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert WrittenProfile.objects.count() == 0


def test_only_who_may_declare_may_write_one(as_of):
    client = as_of("ling")
    assert client.get(BASE).status_code == 200
    assert client.get(f"{BASE}hubei/").status_code == 200
    assert client.get(f"{BASE}new/").status_code == 403
    for code in ("none", "default"):
        assert client.get(f"{BASE}{code}/").status_code == 404


def test_a_code_that_is_the_address_of_another_page_is_refused(people):
    with pytest.raises(HuiliuError, match="评分方案") as caught:
        written(id="new")
    assert caught.value.code == "PROFILE-001"
