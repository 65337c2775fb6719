"""Evaluations and the documents made from them."""

from huiliu.apps.performance.models.evaluations import Document, Evaluation

__all__ = ["Document", "Evaluation"]
