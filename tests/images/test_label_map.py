"""Label maps: recognised by content, told by file or user, drawn and kept as labels."""

from pathlib import Path

import cv2
import nibabel as nib
import numpy as np
import pytest
from PIL import Image as PillowImage

import sampviz
from sampviz.core.errors import SampvizWarning, UsageError
from sampviz.figures.render.render import PanelFigure
from sampviz.images.image import Image
from sampviz.images.label_map import mark_labels
from sampviz.ops.chain import Chain
from tests.conftest import Cli
from tests.figures.drawn import pixels

rng = np.random.default_rng(0)
rows, columns = np.mgrid[:64, :64]


def discs(*ids: int) -> np.ndarray:
    """Return nested discs of these labels on a background of the first."""
    labels = np.full((64, 64), ids[0])
    radius = np.hypot(rows - 30, columns - 34)
    for label, side in zip(ids[1:], np.linspace(28, 6, len(ids) - 1), strict=True):
        labels[radius < side] = label
    return labels


def as_file(array: np.ndarray, folder: Path, kind: str) -> Path:
    path = folder / f"a.{kind}"
    if kind == "png":
        cv2.imwrite(str(path), array)
    elif kind == "npy":
        np.save(path, array)
    else:
        nib.save(nib.Nifti1Image(array[..., None], np.eye(4)), path)
    return path


@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
@pytest.mark.parametrize(
    ("ids", "dtype"),
    [
        ((0, 1), "u1"),
        ((0, 1, 2), "u1"),
        ((0, 1, 2, 4), "u1"),  # as of BraTS
        ((0, 1, 2, 255), "u1"),
        ((0, 2, 41, 1001, 2035), "u2"),  # as of FreeSurfer
        ((0, 500, 600), "u2"),
    ],
)
@pytest.mark.parametrize("kind", ["png", "npy", "nii.gz"])
def test_few_whole_numbers_in_regions_are_labels(
    tmp_path: Path, ids: tuple[int, ...], dtype: str, kind: str
) -> None:
    image = sampviz.load(as_file(discs(*ids).astype(dtype), tmp_path, kind))
    assert image.labels
    assert image.labels.ids == ids


@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_networks_write_labels_as_floats(tmp_path: Path, dtype: str) -> None:
    image = sampviz.load(as_file(discs(0, 1, 3).astype(dtype), tmp_path, "nii.gz"))
    assert image.labels
    # Shares of nothing and all are amounts.
    assert not sampviz.load(as_file(discs(0, 1).astype(dtype), tmp_path, "nii.gz")).labels


PICTURES = {
    "a photograph": rng.integers(0, 256, (64, 64)).astype(np.uint8),
    "a dark photograph": rng.integers(0, 30, (64, 64)).astype(np.uint8),
    "noise of few levels": rng.integers(0, 4, (64, 64)).astype(np.uint8),
    "black and white": (discs(0, 1) * 255).astype(np.uint8),
    "few greys over the range": discs(0, 80, 160, 240).astype(np.uint8),
    "a ramp of few levels": (columns // 2).astype(np.uint8),
    "few counts": (rng.random((64, 64)) < 0.03).astype(np.uint8) * 3,
    "a checkerboard": ((rows + columns) % 2).astype(np.uint8),
    "one value": np.full((64, 64), 3, np.uint8),
    "an int16 scan": rng.integers(0, 900, (64, 64)).astype(np.int16),
    "fractions": discs(0, 1, 2) + 0.5,
    "with NaN": np.where(rows == 3, np.nan, discs(0, 1, 2)),
}


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_no_labels(name: str) -> None:
    assert not mark_labels(Image.of(PICTURES[name])).labels


@pytest.mark.parametrize("name", ["t1", "pd", "dwi", "bold", "chelsea", "zoneplate", "step"])
def test_samples_are_pictures(name: str) -> None:
    assert not sampviz.load(f"sample:{name}").labels


def test_what_is_told_counts(tmp_path: Path, cli: Cli) -> None:
    path = as_file(discs(0, 1, 2).astype("u1"), tmp_path, "png")
    assert not sampviz.load(path, as_="intensity").labels
    assert sampviz.load(path, as_="intensity").range == (0, 255)
    greys = as_file(discs(0, 80, 160).astype("u1"), tmp_path, "npy")
    told = sampviz.load(greys, as_="labels").labels
    assert told
    assert str(told) == "0, 80, 160 (as told)"
    with pytest.raises(UsageError, match="labels are whole numbers"):
        sampviz.load("sample:zoneplate", as_="labels")
    done = cli("info", path)
    assert "taken for a label map: 3 whole numbers in regions; --as intensity takes" in done.err
    assert "labels:   0, 1, 2 (few whole numbers, in regions)\n" in done.out
    assert "labels" not in cli("info", path, "--as", "intensity").out


@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
def test_labels_have_colours_of_their_own_and_a_legend(tmp_path: Path) -> None:
    labels = discs(0, 1, 2, 3)
    path = as_file(labels.astype("u1"), tmp_path, "npy")
    figure = sampviz.compare(path, "max,stride,onehot+avg", annotate=False, crop=False)
    original, largest, strided, shares = pixels(figure)[:4]
    black, orange, sky, green = (0, 0, 0), (230, 159, 0), (86, 180, 233), (0, 158, 115)
    for label, colour in enumerate((black, orange, sky, green)):
        assert (original[labels == label] == colour).all()
        assert (strided[labels[::2, ::2] == label] == colour).all()
    # A share of a label is none: it is drawn grey, 1 white, and said.
    assert (shares == shares[..., :1]).all()
    assert {0, 255} <= set(np.unique(shares))
    assert not (largest == largest[..., :1]).all()
    assert isinstance(figure, PanelFigure)
    texts = [line for block in figure.sheet.texts for line in block.lines]
    assert "shares of labels," in texts
    assert figure.sheet.bars[0].row.bar


def commands_of(path: Path, folder: Path) -> list[list[object]]:
    """Return the commands that apply chains to an image."""
    return [
        ["compare", path, "-o", folder / "a.png", "--overwrite"],
        ["spectrum", path, "-o", folder / "b.png", "--overwrite"],
        ["measure", path],
        ["tradeoff", path],
    ]


def test_what_calculates_with_labels_is_refused_with_the_ways_to_mend_it(
    tmp_path: Path, cli: Cli
) -> None:
    path = as_file(discs(0, 1, 2).astype("u1"), tmp_path, "npy")
    for words in commands_of(path, tmp_path):
        done = cli(*words, "--ops", "max,avg,maxblur,majority")
        assert done.code == 2
        assert done.err.endswith(
            "error: labels are names, not amounts, and avg, max:s=1+blur make other numbers of"
            " them\n"
            "  in:  a, of labels 0, 1, 2 (few whole numbers, in regions)\n"
            "  fix: onehot+avg+argmax takes shares, majority a vote, max, stride and nearest"
            " choose; or --as intensity takes them for amounts\n"
        )
    assert cli("measure", path, "--ops", "avg,maxblur", "--as", "intensity").code == 0
    done = cli("shift", path, "--ops", "max", "-o", tmp_path / "c.gif")
    assert (done.code, "labels are names, of which parts of a pixel" in done.err) == (2, True)


@pytest.mark.parametrize(
    "chain", ["majority", "nearest", "stride", "max", "max+unpool", "onehot+avg+argmax"]
)
def test_what_chooses_or_votes_keeps_labels(chain: str, tmp_path: Path, cli: Cli) -> None:
    labels = discs(0, 1, 2).astype("u1")
    path, out = as_file(labels, tmp_path, "png"), tmp_path / "out.png"
    assert cli("apply", path, chain, "-o", out).code == 0
    assert np.array_equal(np.asarray(cv2.imread(str(out), -1)), Chain.parse(chain)(labels))
    assert cli("measure", path, "--ops", chain, "--measures", "ferr").code == 0


def test_shares_of_labels_may_be_averaged(tmp_path: Path, cli: Cli) -> None:
    """Without an argmax they are the probabilities that are kept."""
    path = as_file(discs(0, 1, 2).astype("u1"), tmp_path, "npy")
    assert cli("apply", path, "onehot+area:f=1.5", "-o", tmp_path / "b.npy").code == 0
    assert np.allclose(np.load(tmp_path / "b.npy").sum(axis=0), 1)
    assert cli("apply", path, "onehot+avg+argmax+blur", "-o", tmp_path / "c.npy").code == 2


def test_a_comparison_without_chains_takes_those_that_keep_labels(tmp_path: Path, cli: Cli) -> None:
    path, out = as_file(discs(0, 1, 2).astype("u1"), tmp_path, "npy"), tmp_path / "a.png"
    chains = "max,stride,majority,onehot+blur+argmax"
    assert f"--ops is not given: {chains} are compared\n" in cli("compare", path, "-o", out).err
    again = cli("compare", path, "--ops", chains, "-o", tmp_path / "b.png")
    assert (again.code, out.read_bytes()) == (0, (tmp_path / "b.png").read_bytes())
    with pytest.warns(SampvizWarning, match="chains is not given: max,stride,majority"):
        sampviz.compare(path)


def test_magnitudes_of_labels_are_labels_where_none_is_negative(tmp_path: Path, cli: Cli) -> None:
    chains = "lp:norm=inf,abs,lp:norm=inf+nearest"
    path = as_file(discs(0, 1, 2).astype("i2"), tmp_path, "npy")
    assert not cli("compare", path, "--ops", chains, "-o", tmp_path / "a.png").err.count("amounts")
    for chain, same in (("lp:norm=inf", "max"), ("abs", "identity")):
        chosen, expected = tmp_path / "chosen.png", tmp_path / "expected.png"
        assert "amounts" not in cli("apply", path, chain, "-o", chosen, "--overwrite").err
        cli("apply", path, same, "-o", expected, "--overwrite")
        drawn, reference = (np.asarray(cv2.imread(str(path))) for path in (chosen, expected))
        assert np.array_equal(drawn, reference)
    negative = as_file(discs(-1, 0, 1).astype("i2"), tmp_path, "npy")
    done = cli("apply", negative, "abs", "-o", tmp_path / "b.npy")
    assert done.code == 2
    assert "labels are names, not amounts, and abs makes other numbers of them" in done.err
    assert "amounts" not in cli("apply", negative, "max", "-o", tmp_path / "c.npy").err


def test_the_indices_of_a_palette_are_labels_in_its_colours(tmp_path: Path, cli: Cli) -> None:
    indices = discs(0, 1, 2).astype(np.uint8)
    palette = [(10, 20, 30), (128, 0, 0), (0, 128, 0)]
    picture = PillowImage.fromarray(indices, "P")
    picture.putpalette([value for colour in palette for value in colour])
    picture.save(tmp_path / "a.png")
    image = sampviz.load(tmp_path / "a.png", palette="index")
    assert image.labels
    assert (image.labels.ids, image.labels.palette[:3]) == ((0, 1, 2), tuple(palette))
    assert np.array_equal(image.array, indices)
    drawn = pixels(sampviz.compare(image, "stride", annotate=False, crop=False))[0]
    assert np.array_equal(drawn, np.array(palette)[indices])
    with pytest.warns(SampvizWarning, match="colours of a palette; palette='index' reads labels"):
        assert sampviz.load(tmp_path / "a.png").colour
    cv2.imwrite(str(tmp_path / "b.png"), indices)
    done = cli("info", tmp_path / "b.png", "--palette", "index")
    assert (done.code, "has no palette" in done.err) == (2, True)


def test_the_range_of_labels_is_theirs(tmp_path: Path) -> None:
    path = as_file(discs(0, 1, 7).astype("u1"), tmp_path, "png")
    (row,) = sampviz.measure(path, "majority", measures="psnr")
    assert (row.range.span, row.range.source) == (7, "smallest and largest label")


@pytest.mark.parametrize("chain", ["max", "stride", "majority", "nearest", "median"])
@pytest.mark.parametrize("kind", ["png", "npy", "nii.gz"])
@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
def test_what_chooses_among_labels_keeps_their_type(tmp_path: Path, kind: str, chain: str) -> None:
    labels = discs(0, 1, 2, 4).astype(np.uint8)
    path = tmp_path / f"out.{kind}"
    sampviz.apply(as_file(labels, tmp_path, kind), chain, path)
    if kind == "nii.gz":
        written = np.asarray(nib.load(path).dataobj)  # type: ignore[attr-defined]
        expected = sampviz.Chain.parse(chain)(labels[:, ::-1].T)  # rows count against y
        written = written[..., 0].T[::-1]
        assert set(np.unique(written)) <= {0, 1, 2, 4}
    else:
        written = np.load(path) if kind == "npy" else np.asarray(PillowImage.open(path))
        expected = sampviz.Chain.parse(chain)(labels)
        assert np.array_equal(written, expected)
    assert written.dtype == np.uint8
    assert sampviz.load(path).labels


def test_a_palette_stays_with_its_indices(tmp_path: Path) -> None:
    indices = discs(0, 1, 2).astype(np.uint8)
    picture = PillowImage.fromarray(indices, "P")
    picture.putpalette([10, 20, 30, 128, 0, 0, 0, 128, 0])
    picture.save(tmp_path / "a.png")
    sampviz.apply(tmp_path / "a.png", "stride", tmp_path / "b.png", palette="index")
    with PillowImage.open(tmp_path / "b.png") as written:
        assert written.mode == "P"
        palette = written.getpalette()
        assert palette
        assert palette[:9] == [10, 20, 30, 128, 0, 0, 0, 128, 0]
        assert np.array_equal(np.asarray(written), indices[::2, ::2])


@pytest.mark.parametrize("code", [1002, 1003])
def test_the_intent_of_a_nifti_says_that_it_has_labels(tmp_path: Path, code: int) -> None:
    volume = nib.Nifti1Image(PICTURES["noise of few levels"][..., None], np.eye(4))
    volume.header["intent_code"] = code
    nib.save(volume, tmp_path / "a.nii.gz")
    labels = sampviz.load(tmp_path / "a.nii.gz").labels
    assert labels
    assert labels.ids == (0, 1, 2, 3)
    assert "intent" in labels.source
    assert not sampviz.load(tmp_path / "a.nii.gz", as_="intensity").labels


def test_the_window_of_the_header_is_told_and_taken_when_asked_for(
    tmp_path: Path, cli: Cli
) -> None:
    volume = nib.Nifti1Image(rng.normal(0, 300, (32, 32, 1)).astype(np.float32), np.eye(4))
    volume.header["cal_min"], volume.header["cal_max"] = -160, 240
    path = tmp_path / "a.nii.gz"
    nib.save(volume, path)
    assert "-160..240, by cal_min and cal_max of the file: --window header" in cli("info", path).out
    values = sampviz.load(path).array
    drawn = pixels(sampviz.compare(path, "stride", window="header", annotate=False))[0][..., 0]
    expected = np.clip(np.floor(256 * (values + 160) / 400), 0, 255)
    assert np.abs(drawn.astype(int) - expected).max() <= 1
    words = ("--ops", "max", "--window", "header", "-o", tmp_path / "b.png")
    done = cli("compare", "sample:t1", *words)
    assert (done.code, "its header says no window" in done.err) == (2, True)
