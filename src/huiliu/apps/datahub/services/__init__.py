"""What changes in this part, and every look at a person; one function is one transaction with its audit row."""

from huiliu.apps.datahub.services.accounts import account_search
from huiliu.apps.datahub.services.acts import acts_run
from huiliu.apps.datahub.services.certificates import CertificateFile, certificate_open
from huiliu.apps.datahub.services.compares import compare_view
from huiliu.apps.datahub.services.full import FullView, Viewer, person_full
from huiliu.apps.datahub.services.history import person_changes
from huiliu.apps.datahub.services.keys import clue_key, subject_keys
from huiliu.apps.datahub.services.nights import nights_project, nights_refresh
from huiliu.apps.datahub.services.persons import SearchResult, person_search, person_view
from huiliu.apps.datahub.services.quarantine import Chosen, quarantine_ask, row_list, row_view, rows_asked
from huiliu.apps.datahub.services.rollback import rollback_ask
from huiliu.apps.datahub.services.sheets import SheetFile, person_sheet_full, person_sheet_print, unit_sheet_print
from huiliu.apps.datahub.services.units import UnitSearchResult, unit_search, unit_view

__all__ = [
    "CertificateFile",
    "Chosen",
    "FullView",
    "SearchResult",
    "SheetFile",
    "UnitSearchResult",
    "Viewer",
    "account_search",
    "acts_run",
    "certificate_open",
    "clue_key",
    "compare_view",
    "nights_project",
    "nights_refresh",
    "person_changes",
    "person_full",
    "person_search",
    "person_sheet_full",
    "person_sheet_print",
    "person_view",
    "quarantine_ask",
    "rollback_ask",
    "row_list",
    "row_view",
    "rows_asked",
    "subject_keys",
    "unit_search",
    "unit_sheet_print",
    "unit_view",
]
