"""People by what colleagues call them, where a record keeps the user name."""

from django import template

from huiliu.apps.accounts import selectors

register = template.Library()


@register.filter
def person(name: str) -> str:
    """`{{ found.author|person }}`: the display name of whoever acted."""
    return selectors.person_names([name])[name]
