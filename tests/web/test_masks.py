"""A walk over every page, operation and file as every post: no protected value of the town anywhere.

The one exception is the full view, which is not walked here but in the datahub's tests.
"""

import io
import json
import zipfile
from itertools import product

import pypdfium2
import pytest
from django.urls import reverse
from django.utils.html import escape

from huiliu.apps.accounts.services import NewGrant, grant_add, grant_revoke, user_create
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.apps.control.services.purposes import Asked, purpose_give
from huiliu.apps.datahub.models import Night, SubjectKey
from huiliu.apps.datahub.services import nights_refresh
from huiliu.apps.datahub.tests.town import LI, LI_ID, WANG, WANG_ID, ZHANG, ZHANG_ID
from huiliu.apps.funds.models import Project, ProjectYear
from huiliu.apps.fundsafety.models import Clue
from huiliu.apps.performance.tests.conftest import TABLE
from web.expectations import OPERATIONS, PAGES, PARTS, POSTS, WHO
from web.test_matrix import API, PAGE_PATTERNS

pytestmark = pytest.mark.django_db
PROTECTED = (
    "张三", "李㛃", "王𬭎", "钱七", *(f"赵小{n:02}" for n in range(55)),
    ZHANG_ID, LI_ID, WANG_ID, *(f"4499001980010100{n:02}" for n in range(55)),
    "13800000001", "13800000002", "6222000000000001", "6222000000000002", "6222000000000003",
    "1970-01-01", "1940-02-02", "1950-03-03", "2024-12-15", "19700101", "20241215",
)  # fmt: skip
FULL_VIEW = {"datahub:person_full", "datahub:person_sheet_full", ("POST", "persons/{key}/full")}
LOOKERS = [
    ("control", "L4", True),
    *(
        pytest.param(post, level, False, marks=pytest.mark.slow)
        for post, level in [*((post, "") for post in POSTS), ("clerk", "L4"), ("checker", "L4"), ("control", "L4")]
    ),
]
TOO_MANY = 429  # whoever is kept out sees nothing, and nothing is tested
NOT_ALLOWED = 405
KINDS = ("auto", "id_number", "person_no", "name", "pinyin", "tail")
TYPED = ("0018", "zs", "13800000001", ZHANG, "张三", "赵小", LI_ID, LI_ID[:15], "李", "%", "' OR 1=1 --", "张三' --")


@pytest.fixture
def whole(screened, settings, tmp_path):
    """The town with nights, a clue, an evaluation and its report."""
    from huiliu.apps.datahub.services.keys import subject_keys
    from huiliu.apps.performance.services import Delivered, evaluation_import, report_render
    from huiliu.config.environment import Home

    home = Home(tmp_path / "home").create()
    home.lake.rmdir() if home.lake.is_dir() else None
    home.lake.symlink_to(screened.home.lake)
    settings.HOME = home
    nights_refresh()
    subject_keys([ZHANG, LI, WANG], settings.HUILIU_CLOCK)
    evaluation_import(delivered=Delivered("jia-2024", TABLE, "gd-heyuan-2024"))
    report_render(name="jia-2024")
    _project_open(settings.HUILIU_CLOCK.now())
    return screened


def _project_open(now):
    project = Project.objects.create(
        code="jia-it", name="信息化维护", agency="甲市社保局", department="甲市人社局", nature="recurring",
        expense="public", opened_at=now,
    )  # fmt: skip
    ProjectYear.objects.create(project=project, year=2024, mode="quota", opened_at=now)


def parts(route):
    """What may stand in the address of a page: real keys, and one that nothing has."""
    keys = [PARTS["key"], *SubjectKey.objects.values_list("key", flat=True)]
    keys += [*Clue.objects.values_list("key", flat=True), *Night.objects.values_list("key", flat=True)]
    known = {
        "key": keys,
        "name": [PARTS["name"], "jia-2024"],
        "code": ["jia-it"],
        "file_format": ["pdf", "docx", "xlsx", "json"],
    }
    return [known.get(name, [PARTS.get(name, "none"), "1"]) for name in route]


def addresses(name, few=False):
    """Every address of a page; a few only: of those that are there, the last of each part."""
    route = list(PAGE_PATTERNS[name].pattern.converters)
    for values in combined(parts(route), few):
        yield reverse(name, kwargs=dict(zip(route, values, strict=True)))


def combined(values, few):
    if not few:
        return product(*values)
    return [tuple(part[-1] for part in values)]


def may(post, access):
    """Whether the post has what a page asks for; whoever has not is refused at every address of it alike."""
    return access == "public" or post in WHO[access]


def text_of(answer):
    """Everything an answer says, files opened."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body[:4] == b"%PDF":
        return "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(body))
    if body[:2] == b"PK":
        archive = zipfile.ZipFile(io.BytesIO(body))
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return body.decode("utf-8", "replace") + str(answer.headers)


def leaks(answer, typed=""):
    """Protected values in an answer; what the person has typed comes back in their own box only."""
    assert answer.status_code != TOO_MANY
    text = text_of(answer)
    echo = text.count(f'value="{escape(typed)}"') if typed else 0
    return [value for value in PROTECTED if text.count(value) > (echo if value in typed else 0)]


@pytest.fixture
def look(client, whole, settings):
    """Sign in at a post, with a purpose running where the post could have one; who walks everywhere is a flood."""
    settings.HUILIU_LIMITS = {name: (10**6, 60) for name in settings.HUILIU_LIMITS}

    def sign(post, level):
        user = user_create(username=post, display_name="陈", post=post, actor=SYSTEM).user
        if level:
            grant_revoke(grant=user.grants.get(), why="改级别", actor=SYSTEM)
            grant_add(user=user, wanted=NewGrant(post, level=level), basis="installation", actor=SYSTEM)
            purpose_give(user=user, asked=Asked("business_check", "XF-2025-7"), actor=Actor(post))
        client.force_login(user)
        return client

    return sign


@pytest.mark.parametrize(("post", "level", "few"), LOOKERS)
def test_no_page_shows_a_protected_value(look, post, level, few):
    client, opened = look(post, level), 0
    for name in sorted(PAGES):
        if name == "accounts:logout":
            continue
        takes_posts = name not in FULL_VIEW | {"accounts:login", "control:purpose_end"}
        for path in addresses(name, few or not may(post, PAGES[name])):
            answer = client.get(path)
            opened += answer.status_code == 200
            assert leaks(answer) == [], path
            if takes_posts:
                answer = client.post(path, {})
                takes_posts = answer.status_code != NOT_ALLOWED
                assert leaks(answer) == [], path
    assert opened > 5


@pytest.mark.parametrize(("post", "level", "few"), LOOKERS)
def test_no_operation_tells_a_protected_value(look, post, level, few):
    client = look(post, level)
    for method, path in sorted(OPERATIONS):
        if (method, path) in FULL_VIEW:
            continue
        names = [part.split("}")[0] for part in path.split("{")[1:]]
        for values in combined(parts(names), few or not may(post, OPERATIONS[method, path])):
            target = API + path.format(**dict(zip(names, values, strict=True)))
            assert leaks(client.generic(method, target)) == [], target


@pytest.mark.parametrize(
    ("post", "level", "texts", "kinds"),
    [
        ("clerk", "L4", ("0018", "张三", LI_ID), ("auto",)),
        pytest.param("clerk", "L4", TYPED, KINDS, marks=pytest.mark.slow),
        pytest.param("clerk", "", TYPED, KINDS, marks=pytest.mark.slow),
    ],
)
def test_no_search_and_no_filter_shows_a_protected_value(look, post, level, texts, kinds):
    client = look(post, level)
    for typed, kind in product(texts, kinds):
        answer = client.post("/datahub/persons/", {"text": typed, "kind": kind})
        assert leaks(answer, typed) == [], (typed, kind)
        body = json.dumps({"text": typed, "kind": kind})
        assert leaks(client.post(f"{API}persons/search", body, content_type="application/json")) == []
    assert leaks(client.post("/datahub/persons/", {"text": "0018", "kind": "张三"})) == []
    for query in ("rule=张三", "status=张三", "page=张三"):
        assert leaks(client.get(f"/fundsafety/clues/?{query}")) == []


def test_without_the_right_to_full_values_the_full_view_shows_none(look):
    client = look("clerk", "")
    for key in SubjectKey.objects.values_list("key", flat=True):
        for sent in ({}, {"matter": "business_check", "case_number": "XF-1"}):
            answer = client.post(reverse("datahub:person_full", args=(key,)), sent)
            assert leaks(answer) == []
            body = json.dumps(sent)
            assert leaks(client.post(f"{API}persons/{key}/full", body, content_type="application/json")) == []


def test_the_walk_would_notice(look):
    """The full view of one who may see it holds what the walk looks for."""
    client = look("clerk", "L4")
    key = SubjectKey.objects.get(person_no=ZHANG).key
    assert {"张三", ZHANG_ID} <= set(leaks(client.post(reverse("datahub:person_full", args=(key,)))))
