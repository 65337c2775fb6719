"""The same services as JSON, mounted by config.api."""

from ninja import Router

router = Router(tags=["基金安全"])
