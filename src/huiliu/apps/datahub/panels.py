"""What this part shows on the workbench."""

from django.http import HttpRequest

from huiliu.web.panels import Panel


def panels(request: HttpRequest) -> list[Panel]:
    """The panels of the signed-in person's post; an empty list where the post may see none."""
    return []
