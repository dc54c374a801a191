"""Figures of the site: command lines that are run, on all cores, and what they draw."""

import hashlib
import re
import shlex
from collections.abc import Iterable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib.metadata import version
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import sampviz
from sampviz.cli.app import run
from sampviz.core.errors import UsageError
from sampviz.core.parallel import map_outcomes

_SLUG_CHARS = 60
_LIBRARIES = ("numpy", "scipy", "matplotlib", "opencv-python-headless")


@dataclass(frozen=True)
class Drawing:
    """A command line, and the file of its picture; or, where it draws none, why."""

    line: str
    file: Path
    refusal: str = ""

    @property
    def picture(self) -> Path:
        """The file, which must be there."""
        if self.refusal:
            raise ValueError(f"{self.line}: {self.refusal}")
        return self.file


def picture_name(line: str) -> str:
    """Return the name of the picture of a command line, which ends as its -o does."""
    words = shlex.split(line)
    ending = Path(words[words.index("-o") + 1]).suffix if "-o" in words else ".png"
    slug = re.sub("[^a-z0-9]+", "-", line.removeprefix("sampviz ").lower())[:_SLUG_CHARS]
    return f"{slug.strip('-')}-{hashlib.sha256(line.encode()).hexdigest()[:6]}{ending}"


def draw_all(lines: Iterable[str], folder: Path) -> Mapping[str, Drawing]:
    """Draw what a folder has not yet, and return what became of every line.

    Pictures of another state of the package, or of other libraries, are drawn again; those of lines
    that are gone are removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mark, state = folder / "state.txt", _state()
    is_same = mark.exists() and mark.read_text() == state
    expected = {picture_name(line): line for line in lines}
    mark.unlink(missing_ok=True)
    for path in folder.iterdir():
        if not is_same or path.name.removesuffix(".refused") not in expected:
            path.unlink()
    drawings = {line: Drawing(line, folder / name) for name, line in expected.items()}
    waiting = [d for d in drawings.values() if not (d.file.exists() or _refusal_file(d).exists())]
    for outcome in map_outcomes(_draw, waiting):
        outcome.get()
    mark.write_text(state)
    return {line: _with_refusal(drawing) for line, drawing in drawings.items()}


def _draw(drawing: Drawing) -> None:
    """Run a command line; what it says where it draws nothing goes into a file."""
    program, *words = shlex.split(drawing.line)
    assert program == "sampviz", drawing.line
    if "-o" in words:
        at = words.index("-o")
        del words[at : at + 2]
    messages = StringIO()
    with redirect_stdout(TextIOWrapper(BytesIO())), redirect_stderr(messages):
        code = run([*words, "-o", str(drawing.file), "--overwrite", "-q"])
    if code not in (0, UsageError.exit_code):
        raise RuntimeError(f"{drawing.line}: {messages.getvalue()}")
    if code:
        _refusal_file(drawing).write_text(messages.getvalue(), "utf-8")


def _with_refusal(drawing: Drawing) -> Drawing:
    if drawing.file.exists():
        return drawing
    first = _refusal_file(drawing).read_text("utf-8").splitlines()[0]
    return Drawing(drawing.line, drawing.file, first.removeprefix("error: "))


def _refusal_file(drawing: Drawing) -> Path:
    return drawing.file.with_name(f"{drawing.file.name}.refused")


def _state() -> str:
    """Return a hash of all that pictures are made of."""
    package = Path(sampviz.__file__).parent
    files = sorted(path for path in package.rglob("*") if path.suffix in (".py", ".toml", ".npz"))
    digest = hashlib.sha256("".join(map(version, _LIBRARIES)).encode())
    for path in [*files, Path(__file__)]:
        digest.update(path.read_bytes())
    return digest.hexdigest()
