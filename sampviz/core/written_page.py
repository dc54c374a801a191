"""The path of a page that was written, which a notebook shows as the page."""

import sys
from html import escape
from urllib.parse import quote

from sampviz.core.open_file import open_file

if sys.platform == "win32":
    from pathlib import WindowsPath as NativePath
else:
    from pathlib import PosixPath as NativePath

_HEIGHT = 720  # px of the frame
_LARGEST = 2**26  # bytes of a page that a notebook holds itself


class WrittenPage(NativePath):
    """The path of a page, as any other path, that a notebook shows in a frame.

    The notebook holds the page; one with a folder beside it, or larger than 64 MB, is linked.
    """

    def _repr_html_(self) -> str | None:
        """Return the frame; None where the page is gone."""
        size = f'width="100%" height="{_HEIGHT}" style="border: 1px solid #bbb"'
        is_linked = self.with_name(f"{self.stem}_files").is_dir()
        try:
            if is_linked or self.stat().st_size > _LARGEST:
                return f'<iframe src="{quote(self.as_posix())}" {size}></iframe>'
            with open_file(self, str(self)) as file:
                page = file.read().decode("utf-8")
        except (OSError, ValueError):
            return None
        # What is in the frame may run its own scripts, and reaches nothing of the notebook.
        rules = 'sandbox="allow-scripts allow-downloads allow-popups"'
        return f'<iframe srcdoc="{escape(page)}" {rules} {size}></iframe>'
