"""What changes projects and their money; each function is one transaction with its audit row."""

from huiliu.apps.funds.services.asking import close_ask, payment_ask
from huiliu.apps.funds.services.attachments import attachment_add, attachment_read
from huiliu.apps.funds.services.drafting import (
    NewDecision,
    NewLine,
    decision_read,
    decision_record,
    draft_save,
    draft_submit,
)
from huiliu.apps.funds.services.events import NewEvent, event_record
from huiliu.apps.funds.services.importing import Sent, import_preview, import_upload, import_write, mapping_save
from huiliu.apps.funds.services.projects import NewProject, project_open, project_rename, purpose_add, year_open

__all__ = [
    "NewDecision",
    "NewEvent",
    "NewLine",
    "NewProject",
    "Sent",
    "attachment_add",
    "attachment_read",
    "close_ask",
    "decision_read",
    "decision_record",
    "draft_save",
    "draft_submit",
    "event_record",
    "import_preview",
    "import_upload",
    "import_write",
    "mapping_save",
    "payment_ask",
    "project_open",
    "project_rename",
    "purpose_add",
    "year_open",
]
