"""The organization as a workbook: out, in again with a preview."""
