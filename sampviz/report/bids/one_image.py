"""One image of a data set: its numbers and its figures, as the bytes of their files."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from sampviz.analysis.channel_choice import load_chosen
from sampviz.analysis.measure import measure
from sampviz.analysis.metrics import parse_metrics
from sampviz.images.load import digest
from sampviz.images.selection import Selection
from sampviz.ops.chain import parse_chains
from sampviz.recipes.read import read_recipes
from sampviz.recipes.versions import check_versions
from sampviz.report.bids.columns import described, table_rows, tsv
from sampviz.report.bids.dataset import BidsFile

_NOT_ASKED = ("root", "recipe", "versions")  # of a task: where it is done, or said otherwise


@dataclass(frozen=True)
class ImageTask:
    """What is made of every image of a data set; texts and numbers only, for other processes.

    Attributes
    ----------
    root : str
        The data set.
    chains : str
        What is run.
    levels : int
        How many times, at most.
    measures : str or None
        What is measured.
    recipe : str or None
        The recipe of the figures; None for the comparison of the chains.
    figures : bool
        Whether figures are drawn.
    reading : mapping
        Which picture of a file is read.
    versions : mapping of str to str
        Of the programs with which the outputs are made.
    """

    root: str
    chains: str
    levels: int
    measures: str | None
    recipe: str | None
    figures: bool
    reading: Mapping[str, Any]
    versions: Mapping[str, str]

    def key(self, image: BidsFile) -> str:
        """Return a SHA-256 of all that the outputs depend on; InputError for no readable file."""
        question = {k: v for k, v in asdict(self).items() if k not in _NOT_ASKED}
        if self.recipe is not None:
            question["recipe"] = [dict(recipe.values) for recipe in read_recipes(self.recipe)]
        values = [image.path, digest(self._source(image)), question, self.versions]
        return sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()

    def _source(self, image: BidsFile) -> str:
        return str(Path(self.root) / image.path)

    def __call__(self, image: BidsFile) -> dict[str, bytes]:
        """Return the files of an image, by their paths; the sidecar, which is the record, last.

        UsageError if this machine has other programs.
        """
        check_versions(self.versions)
        chains = list(parse_chains(self.chains))
        selection = Selection.of(self.reading)
        loaded = load_chosen(self._source(image), selection, chains, image.name)
        names = [metric.name for metric in parse_metrics(self.measures)]
        rows = measure(loaded, chains, levels=self.levels, measures=names, threads=1)
        table = table_rows(rows, names, loaded.axes)
        files = {image.output(".tsv"): tsv(table, list(table[0])).encode()}
        for name, data in self._figures(image).items():
            files[image.output(".png", name)] = data
        sidecar = {
            "Description": f"What chains of operations make of {image.path}, in numbers.",
            "Sources": [f"bids:raw:{image.path}"],
            "Chains": list(map(str, chains)),
            "Key": self.key(image),
            "SHA256": {path: sha256(data).hexdigest() for path, data in files.items()},
            **described(table[0]),
        }
        return files | {image.output(".json"): json_bytes(sidecar)}

    def _figures(self, image: BidsFile) -> dict[str, bytes]:
        """Return the figures, by their names where there are several."""
        if not self.figures:
            return {}
        from sampviz.figures.render.save import encode_figure
        from sampviz.recipes.draw import draw_recipe

        source = self._source(image)
        if self.recipe is None:
            reading = {name: value for name, value in self.reading.items() if value is not None}
            values = {"inputs": source, "ops": self.chains, "levels": self.levels, **reading}
            return {"": encode_figure(draw_recipe(values))}
        recipes = read_recipes(self.recipe, None, [source])
        return {recipe.name: encode_figure(draw_recipe(recipe)) for recipe in recipes}


def json_bytes(values: Mapping[str, Any]) -> bytes:
    """Return an object as the bytes of a file."""
    return (json.dumps(values, indent=2, ensure_ascii=False) + "\n").encode()
