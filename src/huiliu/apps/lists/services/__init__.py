"""What is done with lists: looked up at once, answered as an export, and templates of columns kept."""

from huiliu.apps.lists.services.looking import MOST_SHOWN, NewList, ShownList, list_ask, list_show
from huiliu.apps.lists.services.templates import template_remove, template_save

__all__ = ["MOST_SHOWN", "NewList", "ShownList", "list_ask", "list_show", "template_remove", "template_save"]
