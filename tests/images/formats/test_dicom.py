"""DICOM that is odd but right, what is said of it, and that nothing names a patient."""

import json
import logging
import re
import shlex
import struct
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest

from sampviz import load
from sampviz.core.errors import InputError, SampvizWarning
from sampviz.images.formats import dicom_format
from sampviz.images.formats.dicom_elements import TAGS
from tests.conftest import Cli
from tests.images.formats.dicom import build
from tests.images.formats.dicom.build import (
    COLUMNS,
    ROWS,
    SECRET,
    dataset,
    pixels,
    positions,
    stack,
    written,
)

PLANE = pixels("uint16", bits=12)[0]


Save = Callable[..., Path]


def of(image: Any = PLANE, **elements: Any) -> bytes:
    return written(dataset(image, bits=0 if image.dtype == np.uint8 else 12, **elements))


def test_the_list_of_what_is_read_names_nobody() -> None:
    identifying = {0x0008: {0x08, 0x18, 0x60}}
    for name, (tag, vr) in TAGS.items():
        group, element = tag >> 16, tag & 0xFFFF
        assert pydicom.datadict.keyword_for_tag(tag) == name
        assert vr in pydicom.datadict.dictionary_VR(tag).split(" or ") or vr in ("US", "OW")
        assert vr not in ("PN", "LO", "SH", "ST", "LT", "UT", "DA", "TM", "DT", "AS")
        assert group not in (0x0010, 0x0012, 0x0032, 0x0038, 0x0040, 0x4008)
        assert element in identifying.get(group, {element})


def test_nothing_that_is_printed_or_written_names_a_patient(
    cli: Cli, tmp_path: Path, save: Save, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    words = {"WindowCenter": SECRET, "Modality": "SECRETPATIENT", "ImageType": [SECRET]}
    files = []
    for number, place in enumerate(positions()):
        ds = dataset(PLANE, place, number=number + 1, bits=12)
        for keyword, value in words.items():
            with pydicom.config.disable_value_validation():
                ds[keyword] = pydicom.DataElement(
                    keyword, "CS" if keyword != "WindowCenter" else "LO", value
                )
        files.append(written(ds))
    folder = save(*files)
    assert all(SECRET.encode() in data for data in files)
    out = tmp_path / "out"
    out.mkdir()
    printed = ""
    for words_of_command in (
        ["info", folder],
        ["info", folder, "--json"],
        ["compare", folder, "--ops", "max", "-o", out / "a.svg"],
        ["apply", folder, "max", "-o", out / "a.nii"],
        ["measure", folder, "--ops", "max", "-o", out / "a.csv"],
        ["info", folder, "--dataset", "9"],
    ):
        result = cli(*words_of_command)
        printed += result.out + result.err
    assert "SECRET" not in printed + caplog.text
    outputs = [
        path for path in tmp_path.rglob("*") if path.is_file() and folder not in path.parents
    ]
    assert len(outputs) >= 3
    assert not any(b"SECRET" in path.read_bytes() for path in outputs)


DOCS = Path(__file__).parents[3] / "docs" / "dicom.md"


@pytest.mark.slow
@pytest.mark.usefixtures("unpainted")
def test_the_commands_of_the_manual_run_as_written(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```sh\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    first, *commands = block.splitlines()
    folder = Path(pydicom.__file__).parent / first.partition(")/")[2]
    assert folder.is_dir()
    for line in commands:
        words = shlex.split(line.replace("$SERIES", str(folder)))
        assert cli(*words[1:]).code == 0, line
    assert load("pooled.nii.gz", volume=True).spacing == pytest.approx(
        (5, 0.9766, 0.9766), rel=1e-3
    )
    assert {path.name for path in Path().iterdir()} >= {"slice.png", "coronal.png"}
    again = cli("rerun", "slice.png", "--input", folder)
    assert again.code == 0, again.err


def test_a_file_without_preamble_is_read(save: Save) -> None:
    ds = dataset(PLANE, bits=12)
    buffer = BytesIO()
    del ds.file_meta
    ds.save_as(buffer, implicit_vr=True, little_endian=True)
    assert load(save(buffer.getvalue())).array.max() == PLANE.max()


@pytest.mark.parametrize(
    ("syntax", "said"), [(build.EXPLICIT, ""), (build.IMPLICIT, ""), (build.BIG, ", big endian")]
)
def test_a_data_set_without_a_header_is_read_as_its_first_element_is_written(
    save: Save, syntax: Any, said: str
) -> None:
    data = written(dataset(PLANE, bits=12), syntax)
    (length,) = struct.unpack_from("<I", data, 140)  # of the group 2, behind its first element
    image = load(save(data[144 + length :]))
    np.testing.assert_array_equal(image.array[:, ::-1], PLANE)
    assert image.file.format == f"DICOM CT{said}"


@pytest.mark.parametrize("syntax", [build.EXPLICIT, build.DEFLATED, build.BIG])
def test_a_header_of_implicit_types_says_the_syntax_and_where_the_data_set_starts(
    save: Save, syntax: Any
) -> None:
    data = written(dataset(PLANE, bits=12), syntax)
    (length,) = struct.unpack_from("<I", data, 140)
    header = b""
    for element, text in ((2, build.CT), (0x10, syntax)):
        uid = str(text).encode()
        uid += b"\0" * (len(uid) % 2)
        header += struct.pack("<HHI", 2, element, len(uid)) + uid
    image = load(save(data[:132] + header + data[144 + length :]))
    np.testing.assert_array_equal(image.array[:, ::-1], PLANE)


def test_a_syntax_that_calls_explicit_types_implicit_is_not_believed(save: Save) -> None:
    explicit, implicit = (str(each).encode() for each in (build.EXPLICIT, build.IMPLICIT))
    data = written(dataset(PLANE, bits=12)).replace(explicit, implicit.ljust(len(explicit), b"\0"))
    np.testing.assert_array_equal(load(save(data)).array[:, ::-1], PLANE)


def test_a_preamble_of_a_tiff_is_no_tiff(save: Save) -> None:
    data = b"II*\0" + of()[4:]
    assert load(save(data)).file.format == "DICOM CT"


@pytest.mark.parametrize(
    ("elements", "window", "source"),
    [
        ({"WindowCenter": 40, "WindowWidth": 401}, (-160.5, 239.5), ""),
        (
            {"WindowCenter": 40, "WindowWidth": 400, "VOILUTFunction": "LINEAR_EXACT"},
            (-160, 240),
            "",
        ),
        (
            {"WindowCenter": [40, 300], "WindowWidth": [401, 99]},
            (-160.5, 239.5),
            ", the first of 2 windows",
        ),
        (
            {"WindowCenter": 40, "WindowWidth": 400, "VOILUTFunction": "SIGMOID"},
            (-160, 240),
            ", a line in place of its curve",
        ),
        ({"WindowCenter": 40, "WindowWidth": 0}, None, ""),
        (
            {
                "WindowCenter": 1000,
                "WindowWidth": 201,
                "PhotometricInterpretation": "MONOCHROME1",
                "RescaleSlope": 2,
                "RescaleIntercept": -10,
            },
            (2 * 4095 - 20 - 1099.5, 2 * 4095 - 20 - 899.5),
            "",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
def test_the_window_of_the_header(
    save: Save, elements: dict[str, Any], window: tuple[float, float] | None, source: str
) -> None:
    image = load(save(of(**elements)))
    assert image.header_window == window
    assert image.window_source == f"WindowCenter and WindowWidth{source}"


@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
def test_of_a_series_whose_windows_differ_the_middle_image_s_is_taken(save: Save) -> None:
    files = [
        of(position=place, number=number, WindowCenter=100 * number, WindowWidth=11)
        for number, place in enumerate(positions(), start=1)
    ]
    volume = load(save(*files), slice=0)
    assert volume.header_window == (300 - 5.5, 300 + 4.5)
    assert volume.window_source == "WindowCenter and WindowWidth, that of the middle image"


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        (
            {"PixelSpacing": None, "ImagerPixelSpacing": [2, 3]},
            "its spacing is that of the detector",
        ),
        ({"OverlayRows": 8}, "1 overlay: not drawn"),
        ({"PixelPaddingValue": int(PLANE[1, 1])}, "1 value is padding"),
        ({"SliceThickness": None}, "the file does not say how thick its slice is: 1 mm is taken"),
    ],
)
def test_what_is_odd_is_said(save: Save, elements: dict[str, Any], expected: str) -> None:
    if "OverlayRows" in elements:
        ds = dataset(PLANE, bits=12)
        ds.add_new(0x60000010, "US", 8)
        data = written(ds)
    else:
        data = of(**elements)
    with pytest.warns(SampvizWarning) as caught:
        load(save(data))
    assert str(caught[0].message).startswith(f"scan: {expected}")
    assert len(caught) == 1


def test_a_folder_of_several_series_is_read_by_number(cli: Cli, save: Save) -> None:
    flat = stack(pixels("int16"), positions(), series=3)
    turned = stack(
        pixels("int16"),
        positions(orientation=build.SAGITTAL),
        orientation=build.SAGITTAL,
        series=3,
        changes=lambda number: {"SOPInstanceUID": f"1.2.3.{number}"},
    )
    later = stack(pixels("int16")[:2], positions()[:2], series=12)
    folder = save(*later, *flat, *turned)
    result = cli("info", folder)
    assert result.code == 2
    listed = "3.1 (CT, 8x9, 5 images), 3.2 (CT, 8x9, 5 images), 12 (CT, 8x9, 2 images)"
    assert f"it holds 3 series: {listed}" in result.err
    assert "--dataset 3.1" in result.err
    assert json.loads(cli("info", folder, "--dataset", "12", "--json").out)["stored_shape"] == [
        9,
        8,
        2,
    ]
    assert "series:   12\n" in cli("info", folder, "--dataset", "12").out
    assert "there is no series 4" in cli("info", folder, "--dataset", "4").err


def test_files_that_are_no_image_are_counted(save: Save) -> None:
    report = dataset(PLANE, PixelData=None, Rows=None)
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, report, enforce_file_format=True)
    folder = save(*stack(pixels("int16"), positions()), buffer.getvalue())
    (folder / "notes.txt").write_text("nothing")
    (folder / "DICOMDIR").write_bytes(b"x")
    (folder / "deeper").mkdir()
    with pytest.warns(SampvizWarning) as caught:
        load(folder)
    assert [str(warning.message) for warning in caught] == [
        "scan: 1 file is no DICOM: not read",
        "scan: 1 file is DICOM without an image: not read",
    ]


def test_a_folder_without_dicom_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(InputError, match="is a folder"):
        load(tmp_path)


def test_without_pydicom_the_extra_is_named(save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    from sampviz.images.formats import registry

    monkeypatch.setattr(registry, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"the file is DICOM, which the extra dicom reads"):
        load(save(of()))
    assert dicom_format.FORMAT.extra == "dicom"


def test_most_pixels_bound_an_image_before_it_is_decoded(save: Save) -> None:
    path = save(of())
    assert load(path, max_pixels=ROWS * COLUMNS).size == (ROWS, COLUMNS)
    with pytest.raises(InputError, match="8x9 are more than 71 pixels"):
        load(path, max_pixels=71)
