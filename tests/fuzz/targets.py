"""What is fuzzed: bytes in, nothing out; whatever is raised is a finding."""

import random
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from sampviz.core.errors import SampvizError
from sampviz.images.embedded_text import embedded_text
from sampviz.ops.chain import Chain
from sampviz.recipes.provenance import parse_record
from tests.fuzz.judge import Wrong, judge
from tests.fuzz.mutate import mutated
from tests.fuzz.seeds import seeds
from tests.images.build import chunk

_FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))


@dataclass(frozen=True)
class Target:
    """A reader: what tries it, files to begin with, and what knows how they are made."""

    attempt: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]
    mutate: Callable[[bytes, random.Random], bytes]


def _check(error: SampvizError) -> None:
    if len(str(error).split("\n")) != 3 or error.exit_code not in (2, 3):
        raise Wrong(f"an error that is none: {error}")


def _file(ending: str) -> Target:
    def attempt(data: bytes) -> None:
        path = _FOLDER / f"case.{ending}"
        path.write_bytes(data)
        judge(path, ending)

    @cache
    def begin() -> list[bytes]:
        return [data for data in seeds()[ending] if len(data) <= _LONGEST]

    def mutate(data: bytes, rng: random.Random) -> bytes:
        return mutated(data, ending, rng, begin())

    return Target(attempt, begin, mutate)


def _chain(data: bytes) -> None:
    """A chain that is read says itself, and what is said is the same chain."""
    try:
        chain = Chain.parse(data.decode("utf-8", "replace"))
        if Chain.parse(str(chain)) != chain:
            raise Wrong(f"it is not what it says: {chain}")
        chain.shape((12, 20))
    except SampvizError as err:
        _check(err)


def _record(data: bytes) -> None:
    path = _FOLDER / "case"
    path.write_bytes(data)
    try:
        _, text = embedded_text(path)
        if text:
            parse_record(text, "case")
    except SampvizError as err:
        _check(err)


def _graph(data: bytes) -> None:
    from sampviz.networks.network import network
    from sampviz.networks.read_model import read_model
    from sampviz.networks.simplify import computes_with_shapes

    path = _FOLDER / "case.onnx"
    path.write_bytes(data)
    try:
        # What computes with shapes is given to onnxruntime, in a process of its own.
        if not computes_with_shapes(read_model(path)):
            network(path)
    except SampvizError as err:
        _check(err)


def _chains() -> list[bytes]:
    from sampviz.ops.registry import OPS
    from tests.ops.declared import VARIANTS

    return [
        text.encode() for text in dict.fromkeys((*(op.example for op in OPS.values()), *VARIANTS))
    ]


def _figures(ending: str) -> list[bytes]:
    from sampviz.figures.render.save import encode_figure
    from sampviz.recipes.draw import draw_recipe
    from sampviz.recipes.recipe import Recipe

    recipe = Recipe("f", "compare", {"ops": ["max"], "inputs": ["sample:noise:8x8"]})
    figure = draw_recipe(recipe)
    whole = encode_figure(figure, ending)
    at = whole.index(b'{"schema')
    # The text and what stands around it; the picture is not looked at.
    return [whole[:300] + whole[max(300, at - 300) : at + 3000], figure.record.encode()]


def _graphs() -> list[bytes]:
    from tests.networks.test_hostile_models import MODELS

    models: list[bytes] = [build().SerializeToString() for build, _ in MODELS.values()]
    return [model for model in models if len(model) <= _LONGEST]


def _words(data: bytes, rng: random.Random) -> bytes:
    """Change, drop or repeat a word."""
    words = re.findall(rb"[A-Za-z_]+|[0-9.]+|\s+|.", data, re.DOTALL)
    if not words:
        return b"max"
    at = rng.randrange(len(words))
    words[at : at + rng.choice((0, 1, 1, 2))] = [rng.choice((*words, *_TOKENS))]
    return b"".join(words)


def _text(data: bytes, rng: random.Random) -> bytes:
    """Change a word of the record, the length and the checksum of a chunk with it."""
    if not data.startswith(b"\x89PNG"):
        return _words(data, rng)
    at = data.find(b"tEXtsampviz")
    if at < 4 or rng.random() < 0.2:
        return mutated(data, "png", rng, [data])
    length = int.from_bytes(data[at - 4 : at])
    body = data[at + 4 : at + 4 + length]
    return data[: at - 4] + chunk(b"tEXt", _words(body, rng)) + data[at + 8 + length :]


_LONGEST = 8192
_TOKENS = tuple(
    rb"-1 0 1e9 2x3 * ( ) | nan : + .. \" { } [ ] null \u0000 same true k= s= a@2".split()
)
_TOKENS += (b"9" * 30,)


TARGETS = {
    **{ending: _file(ending) for ending in ("nii", "nii.gz", "png", "jpg", "npy", "toml")},
    "chain": Target(_chain, _chains, _words),
    **{
        f"record-{ending}": Target(_record, partial(_figures, f".{ending}"), _text)
        for ending in ("png", "pdf", "svg")
    },
    "onnx": Target(_graph, _graphs, _words),
}
