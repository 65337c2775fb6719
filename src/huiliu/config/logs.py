"""Structured logs: JSON lines to the console and to logs/ in the data folder, never a protected value."""

import logging
import sys
from collections.abc import MutableMapping
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from huiliu.kernel.clock import TZ

# Names under which people's data travels in this program; a value under one of them never reaches a log.
PROTECTED = frozenset({
    "address", "bank_account", "birth_date", "cookie", "display_name", "id_number", "key", "name", "password",
    "person", "person_name", "person_no", "phone", "query", "secret", "session", "subject", "token", "unit_name",
    "username",
})  # fmt: skip
HIDDEN = "[已隐去]"


def hide_protected(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the values of protected names, at any depth, before a line is drawn."""
    for name in event:
        event[name] = HIDDEN if name in PROTECTED else _clean(event[name])
    return event


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: HIDDEN if name in PROTECTED else _clean(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(inner) for inner in value]
    return value


class DailyFile(logging.Handler):
    """Appends to `<process>-2025-03-31.jsonl`; each line is one write, so several processes may share a file."""

    def __init__(self, folder: str, process: str) -> None:
        super().__init__()
        self.folder = Path(folder)
        self.process = process

    def emit(self, record: logging.LogRecord) -> None:
        try:
            day = datetime.fromtimestamp(record.created, TZ).date().isoformat()
            with (self.folder / f"{self.process}-{day}.jsonl").open("a", encoding="utf-8") as file:
                file.write(self.format(record) + "\n")
        except OSError:
            self.handleError(record)  # a full disk must not stop the work; the console still has the line


def _error_kind(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep where an exception came from, drop its text and its frames' values: both may hold data."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    elif isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[0] is not None:
        event["error"] = info[0].__name__
        event["frames"] = _frames(info[2])
    return event


def _frames(trace: Any) -> list[str]:
    frames = []
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return frames[-12:]


def hide_request(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Django's own lines about a request repeat its address; the route and the status say as much without it."""
    record = event.get("_record")
    request = getattr(record, "request", None)
    if request is not None:
        match = getattr(request, "resolver_match", None)
        route, status = match.route if match else "", getattr(record, "status_code", None)
        event.update(event="request failed", route=route, status=status)
    return event


def _time(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event["at"] = datetime.now(TZ).isoformat(timespec="milliseconds")
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    _time,
    _error_kind,
    hide_request,
    hide_protected,
]


def logging_config(folder: Path, process: str = "web") -> dict[str, Any]:
    """Django's LOGGING: console always, a daily file only where the data folder already has its logs/."""
    handlers: dict[str, Any] = {"console": {"class": "logging.StreamHandler", "formatter": "json"}}
    if folder.is_dir():
        handlers["file"] = {
            "()": DailyFile,
            "folder": str(folder),
            "process": process,
            "formatter": "json",
        }
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": SHARED,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": handlers,
        "root": {"handlers": list(handlers), "level": "INFO"},
        "loggers": {
            # Warnings about addresses, and all about hosts and headers, repeat what visitors sent.
            "django.security": {"level": "CRITICAL"},
            "django.request": {"level": "ERROR"},
            # Each connection would be told on the console, in the words of the library.
            "paramiko": {"level": "WARNING"},
        },
    }


def configure() -> None:
    """Send structlog through the standard library, so that one place decides where lines go."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
