"""This part for programs, mounted by config.api: the permissions, reach, masks and audit rows of the pages."""

from huiliu.apps.datahub.api.compares import router as compares
from huiliu.apps.datahub.api.exports import router as exports
from huiliu.apps.datahub.api.nights import router as nights
from huiliu.apps.datahub.api.persons import router as persons
from huiliu.apps.datahub.api.quarantine import router as quarantine
from huiliu.apps.datahub.api.sheets import router as sheets
from huiliu.apps.datahub.api.units import router as units

# What has a name of its own stands before what goes by a key: the first address that fits is taken.
ROUTERS = (exports, nights, persons, compares, quarantine, units, sheets)

__all__ = ["ROUTERS"]
