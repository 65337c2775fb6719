"""What changes evaluations: taking one in, rendering its documents, handing one out."""

from huiliu.apps.performance.services.evaluations import Delivered, document_open, evaluation_import, report_render

__all__ = ["Delivered", "document_open", "evaluation_import", "report_render"]
