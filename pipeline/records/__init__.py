"""The officer's tables: CSV and XLSX in, checked rows and findings by row out. Entry: `read_inputs`."""
