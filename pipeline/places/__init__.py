"""Names to P-codes. Entry: `resolve`."""
