"""What each audience may see: the only door between indicators and annexes. Entry: `publish`."""

from pipeline.disclosure.publish import publish, read_record, record_of
from pipeline.disclosure.published import explain

__all__ = ["explain", "publish", "read_record", "record_of"]
