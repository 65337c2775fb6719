"""What is done with lists: looked up at once, answered as an export, and templates of columns and forms kept."""

from huiliu.apps.lists.services.agency_forms import (
    OWN_LABELS,
    NewForm,
    form_read,
    form_remove,
    form_save,
    suggested,
)
from huiliu.apps.lists.services.keeping import FilledForm
from huiliu.apps.lists.services.looking import MOST_SHOWN, NewList, ShownList, list_ask, list_show
from huiliu.apps.lists.services.templates import template_remove, template_save

__all__ = [
    "MOST_SHOWN",
    "OWN_LABELS",
    "FilledForm",
    "NewForm",
    "NewList",
    "ShownList",
    "form_read",
    "form_remove",
    "form_save",
    "list_ask",
    "list_show",
    "suggested",
    "template_remove",
    "template_save",
]
