"""What the pages on sessions, keys and sign-in share: finding what is meant, and asking for a reason first."""

from collections.abc import Callable

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse

from huiliu.apps.accounts import selectors
from huiliu.apps.accounts.models import User
from huiliu.kernel.errors import HuiliuError
from huiliu.web.pages import Crumb, render_page


def number(request: HttpRequest, name: str) -> int:
    """A number from the form or the address; 404 where it is none."""
    text = request.POST.get(name) or request.GET.get(name) or ""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)


def meant_user(request: HttpRequest) -> User:
    """The account a page is about; 404 where there is none."""
    user = selectors.user_by_id(number(request, "user"))
    if user is None:
        raise Http404
    return user


def done(form: Form, act: Callable[[], object]) -> bool:
    """Whether the form was right and the act went through; a refusal is shown in the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except HuiliuError as error:
        form.add_error(None, f"{error.message}。{error.hint}")
        return False
    return True


def ask(request: HttpRequest, form: Form, *, title: str, effect: str, about: str, back: Crumb) -> HttpResponse:
    """The page that says what an act does and asks why."""
    context = {"form": form, "effect": effect, "about": about, "back": back.href}
    return render_page(request, "accounts/act.html", context, title=title, crumbs=(Crumb("系统"), back))
