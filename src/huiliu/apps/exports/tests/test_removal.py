"""What is taken away with the day, and what is not though it looks as if nobody knew it."""

import pytest

from huiliu.apps.audit.services import Actor
from huiliu.apps.exports.services import export_download, exports_remove, removal
from huiliu.apps.jobs.services import jobs_run

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]


def test_a_file_that_is_made_while_the_daily_job_clears_stays(ask, people, monkeypatch):
    ask()
    made = []

    def meanwhile():
        """Another export is asked for and made at the very moment when the folder is looked up."""
        place = folder()
        if not made:
            made.append(ask("wang"))
            jobs_run()
        return place

    folder = removal.folder
    monkeypatch.setattr(removal, "folder", meanwhile)
    exports_remove()
    found = export_download(key=made[0].export.key, user=people["wang"], actor=Actor("wang"))
    assert next(found.blocks).startswith(b"PK")
