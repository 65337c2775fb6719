"""Data interfaces that a standard prescribes: their tables and schemas, and the library written in their form."""

from huiliu.interchange.definition import Condition, Element, Form, Interchange, Notation

__all__ = ["Condition", "Element", "Form", "Interchange", "Notation"]
