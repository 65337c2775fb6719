"""What page tests share: reading a page, sending a form, and what the audit says afterwards."""

from django.contrib.auth import get_user_model

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.control.tests.rules import steps


def text_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def sent(client, path, **fields):
    """The page that answers, after redirects."""
    answer = client.post(path, fields, follow=True)
    assert answer.status_code == 200, path
    return answer.content.decode()


def decide(client, request, decision="approved", comment=""):
    return sent(client, f"/control/requests/{request.pk}/decide/", decision=decision, comment=comment)


def undecided(request):
    return [step.decision for step in steps(request)]


def last_event():
    return events(EventFilter()).latest("seq")


def refused_with(code):
    last = last_event()
    return (last.outcome, (last.details or {}).get("code")) == ("refused", code)


def account(name):
    return get_user_model().objects.get(username=name)
