"""The HTML page: any Annex as one file that opens anywhere."""
