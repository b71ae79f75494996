"""What each audience may see: the only door between indicators and annexes. Entry: `publish`."""

from pipeline.disclosure.explain import explain
from pipeline.disclosure.publish import publish, read_record, record_of

__all__ = ["explain", "publish", "read_record", "record_of"]
