"""A file that leaves is saved, never shown; ours are told by their ending, those of others by nothing."""

import pytest

from huiliu.web.downloads import download, download_made


@pytest.mark.parametrize(
    ("name", "said", "media"),
    [
        ("xxh-2025.pdf", 'attachment; filename="xxh-2025.pdf"', "application/pdf"),
        ("a.zip", 'attachment; filename="a.zip"', "application/zip"),
        ("index.html", 'attachment; filename="index.html"', "application/octet-stream"),
        ("清单.xlsx", "attachment; filename*=utf-8''%E6%B8%85%E5%8D%95.xlsx",
         "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)  # fmt: skip
def test_what_we_made_is_told_by_its_ending(name, said, media):
    answer = download_made(b"x", name)
    assert (answer.content, answer["Content-Disposition"], answer["Content-Type"]) == (b"x", said, media)
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_what_somebody_sent_in_is_bytes():
    answer = download(b"<script>", "x.pdf")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert download(b"", 'a\r\nb".pdf')["Content-Disposition"].startswith("attachment")
