"""The last look before a folder leaves: bytes that no output outside `interne` may hold."""

from pipeline.scan.search import Forbidden, Leak, enforce, forbidden_of, scan_files, scan_folder, search_ahead

__all__ = ["Forbidden", "Leak", "enforce", "forbidden_of", "scan_files", "scan_folder", "search_ahead"]
