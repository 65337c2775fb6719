"""The content of the product, reviewed by business staff: tables, code lists, rules, indicators, profiles, glossary."""

from huiliu.catalog.code_lists import CodeList
from huiliu.catalog.loader import Catalog

__all__ = ["Catalog", "CodeList"]
