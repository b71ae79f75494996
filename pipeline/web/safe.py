"""Text that came from somebody else, written so that a browser takes it as text and nothing more."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

_ESCAPES = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def script_text(text: str) -> str:
    """JSON text that may stand in a <script> element: nothing in it can end the element or start a comment."""
    return text.translate(_ESCAPES)


def script_json(value: Any) -> str:
    """A value as compact JSON for a <script type="application/json"> element."""
    return script_text(json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False))


def csp_hash(body: str) -> str:
    """The hash that a content security policy names an inline script or style by."""
    digest = hashlib.sha256(body.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
