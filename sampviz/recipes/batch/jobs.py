"""Figures to draw, and all that their bytes depend on: nothing that draws is imported here."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from sampviz.core.errors import InputError
from sampviz.images.input_names import PREFIX, distinct_files
from sampviz.images.load import digest
from sampviz.recipes.recipe import Recipe
from sampviz.recipes.versions import versions


@dataclass(frozen=True)
class Job:
    """A figure to draw; `digests` are the SHA-256 of its inputs, None of a formula."""

    recipe: Recipe
    digests: tuple[str | None, ...]
    versions: Mapping[str, str]

    @property
    def name(self) -> str:
        """The name of the figure."""
        return self.recipe.name

    @property
    def key(self) -> str:
        """A SHA-256 of all that the figure depends on: two figures of one key are the same."""
        values = {k: v for k, v in self.recipe.values.items() if k != "inputs"}
        text = json.dumps([self.record_values(), values], sort_keys=True)
        return sha256(text.encode()).hexdigest()

    def record_values(self) -> dict[str, Any]:
        """Return what a record holds of it: inputs by name, with what tells them apart."""
        inputs = zip(distinct_files(self.recipe.inputs), self.digests, strict=True)
        return {
            "name": self.name,
            "kind": self.recipe.kind,
            "about": self.recipe.about,
            "inputs": [{"name": name, "sha256": sha} for name, sha in inputs],
            "versions": dict(self.versions),
        }


def jobs_of(recipes: Sequence[Recipe]) -> list[Job]:
    """Return a job for every figure; InputError for an input that cannot be read."""
    digests: dict[str, str | None] = {}
    jobs = []
    for recipe in recipes:
        sources = [_absolute(source) for source in recipe.inputs]
        for source in sources:
            try:
                digests[source] = digests[source] if source in digests else digest(source)
            except InputError as err:
                err.within(recipe.at("inputs"))
                raise
        absolute = replace(recipe, values={**recipe.values, "inputs": sources})
        jobs.append(Job(absolute, tuple(digests[source] for source in sources), versions()))
    return jobs


def _absolute(source: str) -> str:
    """Return a path that means the same in another folder, on another machine."""
    return source if source.startswith(PREFIX) else os.path.abspath(source)  # noqa: PTH100
