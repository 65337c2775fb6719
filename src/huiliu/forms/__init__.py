"""Printed evaluation forms in XLSX, DOCX, PDF and JSON: every cell with its place, understood or named."""
