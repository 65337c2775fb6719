"""A night's certificate on its page, as files and over the interface: verified, recorded, never handed out changed."""

import json
import shutil

import pytest

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.datahub.models import Night
from huiliu.apps.datahub.selectors.certificates import public_keys, signer
from huiliu.apps.datahub.services import nights_refresh
from huiliu.lake.certificate import write_certificates
from huiliu.lake.certificate_check import examine

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs, pytest.mark.slow]


@pytest.fixture
def certified(town, settings, tmp_path):
    """The town's two published nights with their certificates, signed by a key of this test."""
    from huiliu.catalog import Catalog
    from huiliu.lake.home import LakeHome
    from huiliu.lake.records import Outcome

    settings.HUILIU_KEYS = type(settings.HUILIU_KEYS)(tmp_path / "keys")
    lake = LakeHome(town.home.lake)
    published = [night for night in town.library.history() if night.outcome is Outcome.PUBLISHED]
    tables = Catalog.load(town.root).tables
    write_certificates(lake, published, tables, signer(settings.HUILIU_KEYS), settings.HUILIU_CLOCK)
    yield lake.certificates
    shutil.rmtree(lake.certificates)


def address(file_format, outcome="published"):
    nights_refresh()
    night = Night.objects.filter(outcome=outcome).order_by("business_date").first()
    return f"/datahub/nights/{night.key}/certificate/{file_format}/"


def recorded():
    return [row.details for row in events(EventFilter(action="datahub.certificate_open"))]


def test_the_file_is_the_signed_one_byte_by_byte(certified, control, settings):
    answer = control.get(address("json"))
    (path,) = certified.glob("*20250331*")
    assert answer.content == path.read_bytes()
    assert answer["Content-Disposition"] == f'attachment; filename="{path.name}"'
    assert examine(answer.content, public_keys(settings.HUILIU_KEYS)).sound
    assert recorded() == [{"certificate": path.stem, "format": "json"}]


def test_the_pdf_is_made_of_it(certified, control):
    answer = control.get(address("pdf"))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert [row["format"] for row in recorded()] == ["pdf"]


def test_the_interface_hands_out_both(certified, control):
    key = address("json").split("/")[3]
    signed = control.get(f"/api/v1/nights/{key}/certificate")
    assert json.loads(signed.content)["certificate"]["record"]["business_date"] == "2025-03-31"
    assert control.get(f"/api/v1/nights/{key}/certificate?format=pdf").content.startswith(b"%PDF-")
    assert control.get(f"/api/v1/nights/{key}/certificate?format=docx").status_code == 422
    assert [row["format"] for row in recorded()] == ["pdf", "json"], "newest first"


@pytest.mark.parametrize("file_format", ["json", "pdf"])
def test_a_changed_certificate_is_named_and_not_handed_out(certified, control, file_format):
    (path,) = certified.glob("*20250331*")
    path.write_bytes(path.read_bytes().replace(b'"C"', b'"A"'))
    answer = control.get(address(file_format))
    assert answer.status_code == 409
    assert "证书被改动：签名与内容不符" in answer.content.decode()
    assert recorded() == []
    page = control.get(address("json").removesuffix("certificate/json/")).content.decode()
    assert "证书不可用" in page
    assert "下载 PDF" not in page


def test_the_page_offers_the_files_of_a_published_night_only(certified, control):
    page = control.get(address("json").removesuffix("certificate/json/")).content.decode()
    assert "签名有效" in page
    assert "449900_20250331.1" in page
    refused = address("json", "refused")
    assert "签名有效" not in control.get(refused.removesuffix("certificate/json/")).content.decode()
    assert control.get(refused).status_code == 404
    assert control.get(address("docx")).status_code == 404
    assert recorded() == []


def test_a_certificate_outlives_the_key_that_signed_it(certified, control, settings):
    settings.HUILIU_KEYS.add("certificate")
    assert control.get(address("json")).status_code == 200
    assert signer(settings.HUILIU_KEYS).public.fingerprint == next(iter(public_keys(settings.HUILIU_KEYS)))
    assert len(public_keys(settings.HUILIU_KEYS)) == 2
