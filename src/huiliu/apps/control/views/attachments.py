"""Files of a request: added by the applicant, handed out to who may see the request."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.forms.fields import attempt
from huiliu.apps.control.forms.requests import AttachmentForm
from huiliu.apps.control.models import Attachment
from huiliu.apps.control.selectors import attachments_of
from huiliu.apps.control.services.attachments import attachment_add, attachment_read
from huiliu.apps.control.views.common import seen_request
from huiliu.web.access import SIGNED_IN, page
from huiliu.web.downloads import download


@page(SIGNED_IN)
@require_POST
def attachment_new(request: HttpRequest, number: int) -> HttpResponse:
    """Add a file to one's own request."""
    seen_request(request, number)
    form = AttachmentForm(request.POST, request.FILES)
    if attempt(form, lambda: _add(request, number, form)):
        messages.success(request, "附件已添加。")
    else:
        messages.error(request, " ".join(str(text) for errors in form.errors.values() for text in errors))
    return redirect("control:request_detail", number)


def _add(request: HttpRequest, number: int, form: AttachmentForm) -> Attachment:
    file = form.cleaned_data["file"]
    return attachment_add(
        number=number, applicant=request.user, file=file.file, name=file.name, actor=actor_of(request)
    )


@page(SIGNED_IN)
@require_safe
def attachment(request: HttpRequest, number: int, part: int) -> HttpResponse:
    """One file as a download, never shown within the page."""
    row = attachments_of(seen_request(request, number)).filter(pk=part).first()
    if row is None:
        raise Http404
    content = attachment_read(attachment=row, actor=actor_of(request))
    return download(content, row.name)
