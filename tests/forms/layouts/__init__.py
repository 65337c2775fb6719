"""Every layout, in the order of the places it comes from."""

from forms.layouts import (
    application,
    chengan,
    chongqing,
    exchange,
    guangshui,
    heyuan,
    hubei,
    monitor,
    national,
    national_docx,
    plain_text,
    reordered,
    sichuan,
    stacked,
    transfer,
    two_headers,
    two_pages,
    workbook,
    yinchuan,
)
from forms.layouts.layout import Layout

LAYOUTS: tuple[Layout, ...] = tuple(
    module.LAYOUT
    for module in (
        national, national_docx, hubei, sichuan, chengan, yinchuan, guangshui, chongqing, heyuan, transfer,
        application, monitor, workbook, stacked, two_pages, plain_text, two_headers, reordered, exchange,
    )
)  # fmt: skip
