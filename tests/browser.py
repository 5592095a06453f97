"""A page in headless Chromium: what a phone or a sheet of paper makes of it."""

import html
import json
import re
import subprocess
from pathlib import Path
from typing import Any

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage")
MEASURE = """
const page = frame.contentDocument, width = frame.clientWidth, seen = [];
const parts = text => { const found = text.match(/[\\d.]+/g).map(Number); return found.length < 4 ? [...found, 1] : found; };
const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const ground = node => { for (let at = node; at; at = at.parentElement) {
  const c = parts(frame.contentWindow.getComputedStyle(at).backgroundColor); if (c[3] > 0) return c; } return [255, 255, 255, 1]; };
page.querySelectorAll("details").forEach(one => one.open = true);
page.querySelectorAll("body *").forEach(node => {
  const box = node.getBoundingClientRect(), look = frame.contentWindow.getComputedStyle(node), drawn = node instanceof frame.contentWindow.SVGElement;
  const own = [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim());
  if (!box.width || node.closest(".heard, style, title, desc")) return;
  if (own) { const a = light(parts(drawn ? look.fill : look.color)), b = light(ground(node)), scale = drawn ? box.height / node.getBBox().height : 1;
    seen.push({text: node.textContent.trim().slice(0, 40), contrast: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05),
      size: parseFloat(look.fontSize) * scale, right: node.closest(".scroll") ? 0 : box.right, left: box.left}); }
});
const told = {width: page.documentElement.scrollWidth, shown: width, texts: seen,
  loaded: frame.contentWindow.performance.getEntriesByType("resource").length};
"""


def measured(page: str, width: int, folder: Path) -> Any:
    """Return what a page looks like in a window of a width: its own width, its texts with contrast, size in CSS pixels and right edge, and
    how many files it asked for. All its details are open."""
    source = html.escape(page, quote=True)
    frame = f'<iframe id="frame" srcdoc="{source}" style="width:{width}px;height:800px;border:0"></iframe>'
    script = f"const frame = document.getElementById('frame'); {MEASURE} document.title = 'told'; "
    script += "const out = document.createElement('pre'); out.id = 'told'; out.textContent = JSON.stringify(told); "
    script += "document.body.replaceChildren(out);"
    file = folder / "measured.html"
    file.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><body>{frame}<script>onload = () => {{ {script} }}</script>',
        encoding="utf-8",
    )
    done = _run(folder, "--virtual-time-budget=5000", "--window-size=1400,900", "--dump-dom", file.as_uri())
    found = re.search(r'<pre id="told">(.*?)</pre>', done.decode(), re.DOTALL)
    assert found, done.decode()[-2_000:]
    return json.loads(html.unescape(found[1]))


def printed(page: str, folder: Path) -> bytes:
    """Return the PDF of a page as it is printed on A4."""
    file, out = folder / "printed.html", folder / "printed.pdf"
    file.write_text(page, encoding="utf-8")
    _run(folder, "--no-pdf-header-footer", f"--print-to-pdf={out}", file.as_uri())
    return out.read_bytes()


def _run(folder: Path, *arguments: str) -> bytes:
    command = ["chromium", *FLAGS, f"--user-data-dir={folder / 'profile'}", *arguments]
    return subprocess.run(command, capture_output=True, check=True, timeout=120).stdout
