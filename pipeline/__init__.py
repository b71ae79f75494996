"""The map room: monthly annex maps of the Protection Cluster in Mali, as PNG and as HTML."""

__version__ = "0.1.0"
