"""The directive `drawn`: a command line, and the picture that it draws."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from site_pages.drawing import Drawing

_USE = re.compile(r"^(?::{3,}\{drawn\}|\.\. drawn::) (.*)$", re.MULTILINE)


def lines_drawn(pages: Iterable[Path]) -> list[str]:
    """Return the command lines of all uses of the directive in some pages."""
    return sorted({line for page in pages for line in _USE.findall(page.read_text("utf-8"))})


class DrawnDirective(SphinxDirective):
    """A picture in its own pixels, what is said of it, and the command line that draws it."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar = {
        "alt": directives.unchanged_required,
        "without-command": directives.flag,
        "may-refuse": directives.flag,
    }
    drawings: ClassVar[Mapping[str, Drawing]] = {}

    def run(self) -> list[nodes.Node]:
        """Return the nodes: where nothing is drawn, a sentence that says why."""
        line = self.arguments[0]
        drawing = self.drawings[line]
        if drawing.refusal:
            if "may-refuse" not in self.options:
                raise self.error(f"{line}: {drawing.refusal}")
            return self.parse_text_to_nodes(f"None is drawn: {drawing.refusal}.")
        image = nodes.image(uri=f"/pictures/{drawing.file.name}", alt=self.options["alt"])
        box = nodes.container(classes=["drawn"])
        box += image
        parts: list[nodes.Node] = [box, *self.parse_content_to_nodes()]
        if "without-command" not in self.options:
            parts.append(nodes.literal_block(line, line, language="sh", classes=["command"]))
        return parts
