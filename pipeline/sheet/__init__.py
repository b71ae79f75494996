"""The printed page: any Annex as a PNG, in millimetres."""
