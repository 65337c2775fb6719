"""Pages of list look-ups: the look-up itself, and the forms that it fills."""

from huiliu.apps.lists.views.forms import form_list, form_remove, form_save
from huiliu.apps.lists.views.look_up import look_up, template_remove

__all__ = ["form_list", "form_remove", "form_save", "look_up", "template_remove"]
