"""How well the matching of commune names does, and where its thresholds come from. Run: -m tools.calibration."""
