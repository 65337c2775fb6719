"""Structured queries for programs, mounted by config.api: the rules, masks, counts and audit rows of the pages."""

from huiliu.apps.query.api.running import router as running_router
from huiliu.apps.query.api.saved import router as saved_router
from huiliu.apps.query.api.topics import router as topics_router

ROUTERS = (topics_router, running_router, saved_router)

__all__ = ["ROUTERS"]
