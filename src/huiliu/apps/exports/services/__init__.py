"""What changes exports: asked for, made by the worker, downloaded, removed."""

from huiliu.apps.exports.services.asking import Asked, NewExport, export_ask
from huiliu.apps.exports.services.downloads import Download, export_download
from huiliu.apps.exports.services.removal import exports_remove
from huiliu.apps.exports.services.sources import SOURCES, Block, Content, ExportSource, Making, Part, Wanted, Written

__all__ = [
    "SOURCES",
    "Asked",
    "Block",
    "Content",
    "Download",
    "ExportSource",
    "Making",
    "NewExport",
    "Part",
    "Wanted",
    "Written",
    "export_ask",
    "export_download",
    "exports_remove",
]
