"""A real browser, driven by its own protocol: what it shows, what it says, what it asks for."""

import base64
import json
import zlib
from pathlib import Path
from shutil import which
from typing import Any

import numpy as np
from numpy.typing import NDArray
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

BROWSER, DRIVER = which("chromium"), which("chromedriver")
_PATIENCE = 120  # seconds: only a page that hangs waits so long
_CODES = {
    "Enter": 13,
    "Escape": 27,
    "End": 35,
    "Home": 36,
    "ArrowLeft": 37,
    "ArrowUp": 38,
    "ArrowRight": 39,
    "ArrowDown": 40,
}


class Browser:
    """A window of Chromium without a screen."""

    def __init__(self, folder: Path) -> None:
        options = ChromeOptions()
        options.binary_location = str(BROWSER)
        for word in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage"):
            options.add_argument(f"--{word}")
        options.add_argument(f"--user-data-dir={folder}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = Chrome(options, Service(str(DRIVER)))
        self.driver.set_script_timeout(_PATIENCE)

    def open(
        self,
        page: Path,
        *,
        width: int = 1200,
        height: int = 900,
        ratio: float = 1,
        scripts: bool = True,
        ready: str = "document.documentElement.dataset.ready !== undefined",
    ) -> None:
        """Open a file in a window of so many CSS pixels, each `ratio` pixels of the device."""
        self.driver.get("about:blank")  # the page before asks for nothing more
        self.forget()
        self.do(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=ratio,
            mobile=False,
        )
        self.do("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.driver.get(page.as_uri())
        if scripts:
            self.wait(ready)

    def do(self, command: str, **words: Any) -> Any:
        """Send a command of the browser's protocol."""
        return self.driver.execute_cdp_cmd(command, words)

    def run(self, script: str, *words: Any) -> Any:
        """Return the value of an expression; `words` are its `arguments`."""
        return self.driver.execute_script(f"return ({script});", *words)

    def wait(self, expression: str) -> None:
        """Wait until an expression is true."""
        WebDriverWait(self.driver, _PATIENCE, 0.02).until(lambda _: self.run(expression))

    def settle(self) -> None:
        """Wait until the next frame is drawn."""
        self.driver.execute_async_script(
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done));"
        )

    def hold_timers(self) -> None:
        """Keep what the page wants to do later: on a busy machine keys lie far apart."""
        self.run(
            "(window.held = new Map(), window.delays = [],"
            " window.setTimeout = (f, ms) =>"
            " (held.set(delays.push(ms), () => f()), delays.length),"
            " window.clearTimeout = (id) => held.delete(id), 0)"
        )

    def let_timers(self) -> list[int]:
        """Do what was held; return the delays, in ms, that it was asked for with."""
        return self.run(
            "(now => (held.clear(), now.map(([id, f]) => (f(), delays[id - 1]))))([...held])"
        )

    def forget(self) -> None:
        """Leave out what was said so far."""
        self.driver.get_log("browser")
        self.driver.get_log("performance")

    def complaints(self) -> list[str]:
        """Return what the page wrote to the console, errors of the policy among it."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """Return the addresses that were asked for; what lies in the page is not among it."""
        logged = (json.loads(e["message"])["message"] for e in self.driver.get_log("performance"))
        urls = (
            m["params"]["request"]["url"]
            for m in logged
            if m["method"] == "Network.requestWillBeSent"
        )
        return [url for url in urls if not url.startswith(("data:", "about:"))]

    def pixels(self, selector: str) -> NDArray[np.uint8]:
        """Return what is on a canvas: (H, W, 4), by device pixels."""
        height, width, data = self.driver.execute_async_script(
            # From a copy: the page's own canvases are not made for being read. Compressed:
            # blocks of equal pixels are little then, for all programs that pass them on.
            "const [selector, done] = arguments, canvas = document.querySelector(selector);"
            "const {width, height} = canvas, copy = new OffscreenCanvas(width, height)"
            ".getContext('2d', {willReadFrequently: true}); copy.drawImage(canvas, 0, 0);"
            "const pixels = new Blob([copy.getImageData(0, 0, width, height).data]);"
            "const small = pixels.stream().pipeThrough(new CompressionStream('deflate'));"
            "new Response(small).arrayBuffer().then((bytes) => {"
            " const text = Array.from(new Uint8Array(bytes), (b) => String.fromCharCode(b));"
            " done([height, width, btoa(text.join(''))]); });",
            selector,
        )
        pixels = np.frombuffer(zlib.decompress(base64.b64decode(data)), np.uint8)
        return pixels.reshape(height, width, 4)

    def text(self, selector: str) -> str:
        """Return the text of an element."""
        return self.run(f"document.querySelector({selector!r}).textContent").strip()

    def texts(self, selector: str) -> list[str]:
        """Return the texts of all such elements."""
        found = f"[...document.querySelectorAll({selector!r})]"
        return self.run(f"{found}.map(e => e.textContent.trim())")

    def focus(self, selector: str) -> None:
        """Give an element the focus, as the Tab key does."""
        self.run(f"document.querySelector({selector!r}).focus({{focusVisible: true}})")

    def key(self, name: str, *, shift: bool = False) -> None:
        """Press and release a key."""
        code = _CODES.get(name, 0)
        words = {"key": name, "modifiers": 8 * shift, "windowsVirtualKeyCode": code}
        self.do("Input.dispatchKeyEvent", type="rawKeyDown", **words)
        if name == "Enter":
            self.do("Input.dispatchKeyEvent", type="char", text="\r", **words)
        self.do("Input.dispatchKeyEvent", type="keyUp", **words)
        self.settle()

    def change(self, selector: str, value: object) -> None:
        """Choose a value of a control."""
        self.run(
            "((e, v) => { e.value = v; for (const t of ['input', 'change'])"
            " e.dispatchEvent(new Event(t, {bubbles: true})); })"
            f"(document.querySelector({selector!r}), {str(value)!r})"
        )
        self.settle()

    def over(self, selector: str, across: float, down: float) -> tuple[float, float]:
        """Move the mouse over an element, to parts of its width and height; return where it is."""
        x, y = self.run(
            "((e, across, down) => { e.scrollIntoView({block: 'center', behavior: 'instant'});"
            " const b = e.getBoundingClientRect();"
            " return [b.left + across * b.width, b.top + down * b.height]; })"
            f"(document.querySelector({selector!r}), {across}, {down})"
        )
        self.mouse("mouseMoved", x, y)
        return x, y

    def mouse(self, what: str, x: float, y: float, **words: object) -> None:
        """Send an event of the mouse, and wait until it is answered."""
        self.do("Input.dispatchMouseEvent", type=what, x=x, y=y, **words)
        self.settle()

    def wheel(self, x: float, y: float, by: float) -> None:
        """Turn the wheel."""
        self.mouse("mouseWheel", x, y, deltaX=0, deltaY=by)

    def drag(self, x: float, y: float, across: float, down: float) -> None:
        """Drag by so many CSS pixels."""
        held = {"button": "left", "buttons": 1, "clickCount": 1}
        self.mouse("mousePressed", x, y, **held)
        self.mouse("mouseMoved", x + across, y + down, **held)
        self.mouse("mouseReleased", x + across, y + down, **held)

    def screenshot(self, path: Path) -> None:
        """Save what the whole page looks like."""
        shot = self.do("Page.captureScreenshot", captureBeyondViewport=True, format="png")
        path.write_bytes(base64.b64decode(shot["data"]))

    def close(self) -> None:
        """End the browser."""
        self.driver.quit()
