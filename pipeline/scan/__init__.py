"""The last look before a folder leaves: bytes that no output outside `interne` may hold."""

from pipeline.scan.enforce import Leak, enforce, scan_file, scan_folder
from pipeline.scan.forbidden import Forbidden, forbidden_of

__all__ = ["Forbidden", "Leak", "enforce", "forbidden_of", "scan_file", "scan_folder"]
