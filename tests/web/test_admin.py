"""The admin site carries the skin and nothing else: no model, no form, no action."""

import pytest
from django.apps import apps
from django.contrib import admin

from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.services import SYSTEM

MODELS = sorted({(model._meta.app_label, model._meta.model_name) for model in apps.get_models()})
ADDRESSES = ("", "add/", "1/change/", "1/delete/", "1/history/", "1/", "autocomplete/")
FIRST = {model[0]: model for model in reversed(MODELS)}.values()  # of each app
WALK = [model if model in FIRST else pytest.param(model, marks=pytest.mark.slow) for model in MODELS]
SITE = ("jsi18n/", "autocomplete/", "search/", "r/1/1/", "app/", "auth/", "auth/user/")


def test_no_model_is_registered():
    assert admin.site._registry == {}
    assert admin.site.__class__.__name__ == "HuiliuAdminSite"


@pytest.fixture
def staff(client, db):
    """Even a person whom Django itself would let in."""
    user = user_create(username="chief", display_name="测试", post="secadmin", actor=SYSTEM).user
    type(user).is_staff, type(user).is_superuser = True, True
    yield (client, client.force_login(user))[0]
    type(user).is_staff, type(user).is_superuser = False, False


@pytest.mark.parametrize("model", WALK, ids=".".join)
def test_no_address_of_a_model_exists(staff, model):
    for address in ADDRESSES:
        path = "/admin/{}/{}/{}".format(*model, address)
        assert staff.get(path).status_code == 404, path
        assert staff.post(path, {"action": "delete_selected", "_selected_action": "1"}).status_code == 404, path


@pytest.mark.parametrize("address", SITE)
def test_no_address_of_the_site_exists(staff, address):
    assert staff.get(f"/admin/{address}").status_code == 404
