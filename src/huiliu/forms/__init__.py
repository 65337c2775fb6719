"""Printed evaluation forms in XLSX, DOCX, PDF and JSON: cells with their places, understood or named as not understood."""
