"""The page's Content-Security-Policy."""

import base64
import hashlib
import re
from pathlib import Path

from hilos.websocket.front import policy

PAGE = Path(__file__).resolve().parents[3] / "websockets" / "websocket_client.html"


def test_the_policy_allows_this_page_and_nothing_else() -> None:
    """Its script and style by hash, its own WebSocket, and no «unsafe» anything."""
    html = "<style>a{}</style><script>run()</script>"
    said = policy(html, "127.0.0.1:1")
    for text, directive in (("run()", "script-src"), ("a{}", "style-src")):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in said
    assert "default-src 'none'" in said
    assert "connect-src ws://127.0.0.1:1;" in said
    assert "unsafe" not in said


def test_the_page_has_nothing_that_the_policy_would_block() -> None:
    """No inline handler, no style attribute, no address of another site."""
    html = PAGE.read_text(encoding="utf-8")
    markup = re.sub(r"<(script|style)>.*?</\1>", "", html, flags=re.DOTALL)
    assert not re.search(r"\son\w+\s*=", markup)
    assert not re.search(r"\sstyle\s*=", markup)
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg|\$\{host\})", html)
    assert html.count("<script>") == html.count("<style>") == 1
