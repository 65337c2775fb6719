"""Projects, their years and purposes, the events of their money, and the files that speak for an event."""

from huiliu.apps.funds.models.events import Attachment, Event, Kind, Origin
from huiliu.apps.funds.models.projects import Expense, Mode, Nature, Project, ProjectYear, Purpose

__all__ = ["Attachment", "Event", "Expense", "Kind", "Mode", "Nature", "Origin", "Project", "ProjectYear", "Purpose"]
