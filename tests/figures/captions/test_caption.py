"""Captions say exactly what is in the figure, and cite exactly its methods."""

from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

import sampviz
from sampviz.analysis.metrics import METRICS
from sampviz.core.errors import SampvizWarning
from sampviz.figures.captions.caption import Caption
from sampviz.figures.grids.inputs import draw_inputs
from sampviz.figures.grids.steps import PanelSpec, draw_steps
from sampviz.figures.render.render import PanelFigure
from sampviz.images.image import Image

pytestmark = pytest.mark.slow


def image(name: str = "ramp", size: tuple[int, int] = (16, 16), mm: float | None = 2.0) -> Image:
    array = np.add.outer(np.arange(size[0]), np.arange(size[1])).astype(np.float32)
    return Image.of(array, name, (mm, mm) if mm else None)


def caption_of(figure: PanelFigure) -> Caption:
    assert figure.caption
    return figure.caption


def compared(chains: str, **options: object) -> Caption:
    return caption_of(sampviz.compare(image(), chains, **options))  # type: ignore[arg-type]


def text_of(caption: Caption) -> str:
    return "\n".join(sentence.text for sentence in caption.sentences)


DRAWN = "Drawn with sampviz 0.1.0; no panel is resampled"


def test_of_a_comparison() -> None:
    caption = compared(
        "max,blur:k=3",
        levels=2,
        in_panel="delta",
        zoom="4x6+8",
        rows="image,zoom",
        window="0,30",
    )
    assert caption.title == "ramp"
    assert text_of(caption).split("\n") == [
        "Input: ramp, 16x16 px of 2 mm",
        "Columns: original (16x16 px of 2 mm); max ×2; blur:k=3 ×2 (each 4x4 px of 8 mm);"
        " ×N stands for N times over",
        "Rows: image; zoom 4x6+8, the 8x8 px from row 4 and column 6 on",
        "Operation max: keep the largest pixel of every window; k = 2 px (side of the window),"
        " s = 2 px (distance between the windows)",
        "Operation blur: blur with a binomial kernel, then keep one sample in s (BlurPool);"
        " k = 3 px (side of the window), s = 2 px (distance between the windows)",
        "Measure delta (px): where the first sample of the output lies, in pixels of the image;"
        " from the definitions of the steps: sample m lies at step m + delta. The value is that of"
        " the axis on which it is larger; the parts have all axes, and mm where known",
        "To read it: window 0..30, in all panels",
        DRAWN,
    ]
    assert caption.alt == (
        "Grid of pictures with 3 columns and 2 rows. Columns: original, max ×2, blur:k=3 ×2."
        " Rows: image, zoom 4x6+8. Input: ramp, 16x16 px of 2 mm."
        " Measure delta: max ×2 1.5 px, blur:k=3 ×2 0 px."
    )


def test_values_are_named_in_a_word_where_the_help_says_how_to_write_them() -> None:
    text = text_of(compared("flc:f=1.5,crop:p=1x2x0x0+max:p=1"))
    assert "f = 1.5 (factor)" in text
    assert "p = 1x2x0x0 px (cut off)" in text
    assert "p = 1 px (padding)" in text


def test_of_a_method_step_by_step() -> None:
    sights = [
        PanelSpec("image", 0),
        PanelSpec("kernel", 1, "its kernel", "convolve\nwith"),
        PanelSpec("image", 1, "blurred", "gives"),
        PanelSpec("spectrum", 2),
    ]
    chain = sampviz.Chain.parse("blur:k=3:s=1+stride")
    caption = caption_of(draw_steps(image(), chain, sights, title="BlurPool", window="0,30"))
    assert caption.title == "BlurPool"
    assert text_of(caption).split("\n") == [
        "BlurPool",
        "Input: ramp, 16x16 px of 2 mm",
        "The chain blur:k=3:s=1 + stride, step by step: Original (16x16 px of 2 mm);"
        " convolve with: its kernel (3×3 taps); gives: blurred (16x16 px of 2 mm);"
        " FFT: k-space (Nyquist 0.25 cycles/px; 0.125 cycles/mm)",
        "Operation blur: blur with a binomial kernel, then keep one sample in s (BlurPool);"
        " k = 3 px (side of the window), s = 1 px (distance between the windows)",
        "Operation stride: keep one sample in s and drop the rest, with no filter before;"
        " s = 2 px (distance between the windows)",
        "To read it: window 0..30, in all panels;"
        " spectra, mean removed, DC in the middle, in dB re the original's maximum;"
        " boxes: the new Nyquist frequencies; axes of k-space in cycles/mm",
        DRAWN,
    ]
    assert caption.alt == (
        "4 panels with arrows between them, in the order of the steps. They show Original;"
        " convolve with: its kernel; gives: blurred; FFT: k-space."
        " The input is ramp, 16x16 px of 2 mm. The result has 8x8 px of 4 mm."
    )


def test_of_inputs_side_by_side() -> None:
    caption = caption_of(draw_inputs([image(), image("other", (8, 8), 4.0)], window="0,30"))
    assert caption.title == "ramp, other"
    assert text_of(caption).split("\n") == [
        "Columns: ramp, 16×16 px of 2 mm, window 0..30, Nyquist 0.25 cycles/mm;"
        " other, 8×8 px of 4 mm, window 0..30, Nyquist 0.125 cycles/mm",
        "Rows: the images at one scale; their spectra on one axis in cycles/mm;"
        " a chart of their radial power",
        "To read it: one scale for all, within 0 %; spectra of the whole images, mean removed,"
        " DC in the middle, down to 80 dB below each one's maximum, on one axis of"
        " ±0.25 cycles/mm; each image has its own window; grey: beyond the Nyquist frequency",
        DRAWN,
    ]
    assert caption.alt == (
        "Grid of pictures with 2 columns and 2 rows, and a chart. Columns: ramp (16×16 px of"
        " 2 mm), other (8×8 px of 4 mm). Rows: the images at one scale;"
        " their spectra on one axis in cycles/mm; a chart of their radial power."
        " ramp: Nyquist 0.25 cycles/mm. other: Nyquist 0.125 cycles/mm."
    )


def test_several_inputs_are_each_named_with_their_size() -> None:
    figure = sampviz.compare([image(), image("other", (8, 12), None)], "max", rows="image")
    first, second, third, *_ = text_of(caption_of(figure)).split("\n")
    assert first == "Inputs: ramp, 16x16 px of 2 mm; other, 8x12 px"
    assert second == "Columns: original; max"
    assert third == "Rows: ramp image; other image"
    assert "Inputs: ramp, 16x16 px of 2 mm; other, 8x12 px." in caption_of(figure).alt


def test_many_steps_have_a_short_text_in_their_place() -> None:
    chain = sampviz.Chain.parse("+".join(["conv:kernel=gauss:s=1:pad=reflect"] * 12))
    alt = caption_of(draw_steps(image(), chain)).alt
    assert len(alt) <= 500
    assert " more. The input is ramp" in alt


def test_windows_of_single_panels_are_told() -> None:
    text = text_of(compared("max", rows="image", window="p0,p100", window_scope="panel"))
    assert "original (16x16 px of 2 mm; window 1..30); max (8x8 px of 4 mm; window 2..30)" in text
    assert "To read it: each panel has its own window" in text
    text = text_of(compared("max,conv:laplacian", rows="image"))
    assert "conv:kernel=laplacian (8x8 px of 4 mm; window ±" in text
    assert ", in all panels that say no other" in text


def test_what_is_under_difference_and_alias_rows_is_told_as_on_the_figure() -> None:
    text = text_of(compared("max,avg", rows="difference,alias", up="bilinear"))
    assert (
        "Rows: difference (output − original, bilinear on the original's pixels, in register);"
        " alias (alias component)"
    ) in text


def test_boxes_are_told_only_where_there_are_some() -> None:
    assert "boxes" in text_of(compared("max"))
    assert "boxes" not in text_of(compared("nearest"))
    assert "boxes" not in text_of(compared("max", annotate=False))
    assert "box" not in text_of(compared("avg", rows="image,alias"))


def test_values_that_differ_among_the_columns_are_told_as_their_default() -> None:
    text = text_of(compared("transpose:k=2,transpose,transpose:k=4:s=3", rows="image"))
    assert (
        "kernel = box (weights known by name), k = 3 px (side of the kernel, unless written"
        " otherwise), s = 2 px (distance between the windows, unless written otherwise)"
    ) in text


def test_every_operation_is_told_once() -> None:
    caption = compared("max+max,max:times=3,maxblur", rows="image")
    text = text_of(caption)
    assert text.count("Operation max:") == text.count("Operation blur:") == 1
    assert "max ×2 (4x4 px of 8 mm)" in text
    assert "; + stands for then; ×N stands for N times over" in text


def test_terms_of_a_formula_are_defined_though_their_measure_is_not_shown() -> None:
    text = text_of(compared("avg", in_panel="nrmse"))
    assert "Measure nrmse (%; lower is better): root" in text
    assert "Measure psnr (dB; higher is better; not shown, for its terms): peak" in text
    assert "not shown" not in text_of(compared("avg", in_panel="psnr,nrmse"))


@pytest.mark.parametrize("name", METRICS)
def test_no_measure_leaves_its_terms_undefined(name: str) -> None:
    text = text_of(compared("avg", rows="image", in_panel=name))
    for other in METRICS:
        label = METRICS[other].label
        if f"as for {label}" in text or f"as {label}" in text:
            assert f"Measure {label}" in text
        assert label == other or f"as for {other}" not in text


def test_what_is_odd_about_an_input_is_told() -> None:
    with pytest.warns(SampvizWarning, match="oblique"):
        oblique = sampviz.load("sample:pd")
    said = "oblique by 7.9 degrees: drawn on the voxel grid, not resampled"
    assert said in text_of(caption_of(sampviz.compare(oblique, "max", rows="image")))
    assert f"pd: {said}" in text_of(caption_of(draw_inputs([image(), oblique])))


def test_reasons_for_missing_numbers_are_told() -> None:
    assert "There is no folded energy for max: the chain is not linear; see residual" in text_of(
        compared("max", in_panel="alias")
    )


@pytest.mark.parametrize(
    ("chains", "keys"),
    [
        ("max,stride,avg,nearest+conv:s=1", []),
        ("max,blur", ["zhang2019"]),
        ("maxblur", ["zhang2019"]),
        ("blur,flc,blur:k=5", ["zhang2019", "grabinski2022"]),
        ("asap,dpp", ["grabinski2023", "saeedan2018"]),
    ],
)
def test_cites_the_papers_of_the_methods_and_no_other(chains: str, keys: list[str]) -> None:
    assert list(compared(chains, rows="image").cite) == [*keys, "sampviz"]


def test_cites_the_papers_of_the_measures() -> None:
    assert compared("avg", in_panel="ssim,psnr").cite == ("wang2004", "sampviz")


def test_papers_are_cited_where_their_method_is_told() -> None:
    sentences = compared("blur,flc,avg", in_panel="ssim").sentences
    cited = {each.text.split(" (")[0].split(":")[0]: each.cite for each in sentences if each.cite}
    assert cited == {
        "Operation blur": ("zhang2019",),
        "Operation flc": ("grabinski2022",),
        "Measure ssim": ("wang2004",),
        "Drawn with sampviz 0.1.0; no panel is resampled": ("sampviz",),
    }


def test_a_long_comparison_has_a_short_text_in_its_place() -> None:
    chains = ",".join(f"max:k={k}:s=1+blur:k=3:s=1+conv:gauss:s=1" for k in range(1, 9))
    alt = compared(chains, in_panel="psnr,ssim,alias", rows="image,spectrum").alt
    assert len(alt) <= 500
    assert alt.startswith("Grid of pictures with 9 columns and 2 rows. Columns: original, max:k=1")
    assert " and 5 more. Rows: image, spectrum. Input: ramp, 16x16 px of 2 mm." in alt
    assert "image of" not in alt.lower()


def test_names_are_told_as_they_can_be_seen() -> None:
    caption = caption_of(sampviz.compare(image("a\u202eb\x1b[31m\nc"), "max", title="two\nlines"))
    assert "Input: a\\u202eb\\x1b[31m\\nc, 16x16 px" in text_of(caption)
    assert caption.title == "two lines"
    for text in (caption.alt, caption.title, *(each.text for each in caption.sentences)):
        assert text.isprintable()


def test_nothing_is_told_of_the_header_but_sizes() -> None:
    caption = caption_of(sampviz.compare(sampviz.load("sample:t1"), "max"))
    assert "t1, axial slice 4 of 0..7, z = 23.1 mm, 256x192 px of 0.938x0.9 mm" in text_of(caption)


def test_of_a_volume_the_nyquist_frequencies_along_its_axes_are_told(tmp_path: Path) -> None:
    voxels = np.add.outer(np.arange(320.0), np.arange(10.0)).reshape(16, 20, 10)
    nib.save(nib.Nifti1Image(voxels, np.diag([1.25, 0.5, 4, 1])), tmp_path / "v.nii")
    volume = sampviz.load(tmp_path / "v.nii", volume=True)
    text = text_of(caption_of(sampviz.compare(volume, "stride:auto=nnunet", rows="image")))
    # 4 x 0.5 x 1.25 mm: of the first rule rows alone are halved, to 1 mm.
    assert "Nyquist 1×0.4, of outputs 0.5×0.4 cycles/mm; coronal" in text
    assert "Nyquist 0.125×0.4 cycles/mm; sagittal" in text
    assert "Nyquist 0.125×1, of outputs 0.125×0.5 cycles/mm" in text
