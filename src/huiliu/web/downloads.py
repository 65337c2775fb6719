"""A file on its way to the browser: to be saved, never shown within a page."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.utils.http import content_disposition_header

UNKNOWN = "application/octet-stream"
MEDIA: Mapping[str, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json; charset=utf-8",
    "zip": "application/zip",
}
"""What a file of ours is, by its ending."""


def download(content: bytes, name: str) -> HttpResponse:
    """A file that somebody sent in, under the name it came with: what it is, nobody vouches for."""
    return _saved(content, name, UNKNOWN)


def download_made(content: bytes, name: str) -> HttpResponse:
    """A file that we made, told by the ending of its name."""
    return _saved(content, name, MEDIA.get(name.rpartition(".")[2], UNKNOWN))


def _saved(content: bytes, name: str, media: str) -> HttpResponse:
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=media, headers=headers)
