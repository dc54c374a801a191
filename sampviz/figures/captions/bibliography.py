"""The papers of the methods: BibTeX entries, and how they are named and written in a text.

They are those of `references.bib`, and those that operations bring. A small pattern reads them: a
field a line, balanced braces.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from sampviz.core.bounded_cache import bounded_cache
from sampviz.ops.registry import OPS

_ENTRY = re.compile(r"^@[a-z]+\{(?P<key>[a-z0-9]+),\n(?P<fields>(?:  .+\n)+)\}$", re.MULTILINE)
_FIELD = re.compile(r"^  ([a-z]+) = \{(.*)\},$", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """A paper, or a program.

    Parameters
    ----------
    bibtex : str
        The whole entry.
    fields : mapping of str to str
        Its fields, such as author, title and year.
    """

    bibtex: str
    fields: Mapping[str, str]

    @property
    def label(self) -> str:
        """How a text names it: `Li et al. 2020`."""
        families = [family for family, _ in self._authors]
        names = f"{families[0]} et al." if len(families) > 2 else " & ".join(families)
        return f"{names} {self.fields['year']}"

    @property
    def text(self) -> str:
        """Authors, title, where it appeared and when."""
        *names, last = [f"{first} {family}".strip() for family, first in self._authors]
        authors = f"{', '.join(names)} and {last}" if names else last
        parts = [authors, self._plain("title"), ", ".join([*self._venue, self.fields["year"]])]
        return " ".join(part if part[-1] in ".!?" else f"{part}." for part in parts)

    @property
    def url(self) -> str:
        """Where it is found; empty if that is not known."""
        if "doi" in self.fields:
            return f"https://doi.org/{self.fields['doi']}"
        return f"https://arxiv.org/abs/{self.fields['eprint']}" if "eprint" in self.fields else ""

    @property
    def _authors(self) -> list[tuple[str, str]]:
        names = (name.partition(", ") for name in self.fields["author"].split(" and "))
        return [(family.strip("{}"), first) for family, _, first in names]

    @property
    def _venue(self) -> list[str]:
        name = self._plain("journal") or self._plain("booktitle")
        number = f"({self.fields['number']})" if "number" in self.fields else ""
        volume = self._plain("volume") + number
        pages = self._plain("pages").replace("--", "–")
        return [part for part in (name, ":".join(filter(None, (volume, pages)))) if part]

    def _plain(self, name: str) -> str:
        return re.sub("[{}]", "", self.fields.get(name, ""))


@bounded_cache(2**20)
def bibliography() -> Mapping[str, Entry]:
    """Return all entries of `references.bib` and of operations by their keys.

    Returns
    -------
    mapping of str to Entry

    Examples
    --------
    >>> bibliography()["zhang2019"].label
    'Zhang 2019'
    """
    text = (resources.files("sampviz.figures.captions") / "references.bib").read_text("utf-8")
    entries = [text, *(entry for op in OPS.values() for entry in op.bibtex)]
    return {
        match["key"]: Entry(match[0], dict(_FIELD.findall(match["fields"])))
        for match in _ENTRY.finditer("\n\n".join(entries))
    }
