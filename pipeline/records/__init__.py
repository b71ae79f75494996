"""The officer's tables: CSV and XLSX in, checked rows and findings by row out. Entry: `read_inputs`."""

from pipeline.records.files import write_refused, write_remarks
from pipeline.records.read import latest_month, read_inputs
from pipeline.records.templates import write_templates

__all__ = ["latest_month", "read_inputs", "write_refused", "write_remarks", "write_templates"]
