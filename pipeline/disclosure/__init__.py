"""What each audience may see: the only door between indicators and annexes. Entry: `publish`."""

from pipeline.disclosure.publish import publish

__all__ = ["publish"]
