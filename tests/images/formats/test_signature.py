"""What is no image is named by its content, whatever it is called, with the way to the image."""

import gzip
import io
import os
import struct
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from nibabel.nifti1 import intent_codes

from sampviz.cli.app import run
from sampviz.core.errors import InputError, MissingInputError
from sampviz.images.formats.signature import is_dicom, is_nifti
from sampviz.images.load import load
from tests.every import every
from tests.images.build import diagonal, landmarks, nifti, nifti_header, voxels

ANNEX = "fetch it with `datalad get {file}` or `git annex get {file}`"
CIFTI_INTENTS = [
    code for code in intent_codes.value_set() if "CONNECTIVITY" in str(intent_codes.niistring[code])
]
PAGE = "the file is a web page (HTML), such as a page to sign in or of an error"


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.nii", b"x")
    return buffer.getvalue()


def _tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.nii"))
    return buffer.getvalue()


KINDS = {
    "annex": (b"/annex/objects/MD5E-s9--0.nii.gz\n", "a pointer of git-annex", "datalad get"),
    "annex link": (b"../../.git/annex/objects/x/y", "a link of git-annex, stored", "datalad get"),
    "lfs": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
        "a pointer of Git LFS",
        "git lfs pull",
    ),
    "dvc": (b"outs:\n- md5: a304\n  path: x.nii.gz\n", "a pointer of DVC", "dvc pull"),
    "html": (b"<!DOCTYPE html><html><head>", "a web page (HTML)", "sign in"),
    "html, late": (b"\xef\xbb\xbf\n <!-- x -->\n<HTML lang='en'>", "a web page (HTML)", "sign in"),
    "xhtml": (b"<?xml version='1.0'?><!DOCTYPE html><html>", "a web page (HTML)", "sign in"),
    "xml": (b"<?xml version='1.0'?><Error><Code>AccessDenied", "XML", "download"),
    "json": (b'{"message": "not found"}', "JSON", "download"),
    "json, list": (b' [\n {"a": 1}]', "JSON", "download"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'>", "an SVG", "PNG"),
    "gifti": (b"<?xml version='1.0'?><!DOCTYPE GIFTI ><GIFTI Version=", "GIFTI", "to a volume"),
    "zip": (_zip(), "a zip archive", "unpack it"),
    "tar": (_tar(), "a tar archive", "unpack it"),
    "bzip2": (b"BZh91AY&SY" + bytes(9), "packed with bzip2", "bunzip2"),
    "xz": (b"\xfd7zXZ\0\0\4", "packed with xz", "unxz"),
    "zstd": (b"\x28\xb5\x2f\xfd\x04", "packed with Zstandard", "unzstd"),
    "mif": (b"mrtrix image\ndim: 4,4,4\n", "an image of MRtrix (.mif)", "mrconvert"),
    "afni": (b"\ntype  = string-attribute\nname = X\n", "a header of AFNI", "3dAFNItoNIFTI"),
    "par": (b"# === DATA DESCRIPTION FILE ===", "a Philips PAR header", "dcm2niix"),
    "mat 5": (b"MATLAB 5.0 MAT-file, Platform", "a MATLAB file", "save -v7"),
    "mat 7": (b"MATLAB 7.3 MAT-file, Platform", "a MATLAB file", "save -v7"),
    "minc": (b"CDF\x01" + bytes(9), "NetCDF, such as MINC", "mnc2nii"),
    "avif": (b"\0\0\0\x1cftypavif", "AVIF, HEIC or a film", "PNG"),
    "gif": (b"GIF89a" + bytes(9), "a GIF", "PNG"),
    "pdf": (b"%PDF-1.7\n", "a PDF", "PNG"),
}


@every("name", ["scan.nii.gz", "scan.nii", "scan.png", "scan.npy", "scan.hdr", "x"])
@every("kind", KINDS)
def test_what_is_no_image_is_named_with_the_mend(tmp_path: Path, kind: str, name: str) -> None:
    data, words, fix = KINDS[kind]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError) as caught:
        load(tmp_path / name)
    what, where, how = str(caught.value).splitlines()
    assert what.startswith(f"the file is {words}")
    assert where == f"  in:  {tmp_path / name}"
    assert fix in how
    assert "rename" not in how


@pytest.mark.parametrize("kind", ["html", "tar", "mif", "lfs"])
def test_what_is_within_gzip_is_named_too(tmp_path: Path, kind: str) -> None:
    data, words, _ = KINDS[kind]
    (tmp_path / "scan.nii.gz").write_bytes(gzip.compress(data))
    with pytest.raises(InputError, match=r"packed with gzip\n") as caught:
        load(tmp_path / "scan.nii.gz")
    assert str(caught.value).startswith(f"the file is {words}")


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"\x93NUMPY\1\0", b"II*\0"]
)
def test_a_packed_picture_is_to_be_unpacked(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "p.png.gz").write_bytes(gzip.compress(data))
    with pytest.raises(InputError, match=r"packed with gzip\n.*\n  fix: unpack it with gunzip"):
        load(tmp_path / "p.png.gz")


def test_packed_twice_is_to_be_unpacked_once(tmp_path: Path) -> None:
    whole = nifti(landmarks(), diagonal((1, 1, 1)))
    (tmp_path / "v.nii.gz").write_bytes(gzip.compress(gzip.compress(whole)))
    with pytest.raises(InputError, match="it was packed twice\n") as caught:
        load(tmp_path / "v.nii.gz")
    assert caught.value.fix == "unpack it once, with gunzip"
    (tmp_path / "v.nii.gz").write_bytes(gzip.decompress((tmp_path / "v.nii.gz").read_bytes()))
    assert load(tmp_path / "v.nii.gz").size == (5, 4)


@pytest.mark.parametrize("target", ["../.git/annex/objects/aa/bb/MD5E-s1--0/MD5E-s1--0.nii.gz"])
def test_a_link_of_git_annex_without_its_content(
    tmp_path: Path, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "sub 01.nii.gz"
    path.symlink_to(target)
    with pytest.raises(MissingInputError):
        load(path)
    assert run(["info", str(path)]) == 3
    assert capsys.readouterr().err == (
        "error: sub 01.nii.gz is a link of git-annex, and its content is not on this machine\n"
        f"  in:  {path}\n"
        f"  fix: fetch it with `datalad get '{path}'` or `git annex get '{path}'`\n"
    )


@pytest.mark.parametrize("name", ["brain", "brain.dat", "brain.img.bak"])
def test_a_nifti_of_another_name_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(nifti(landmarks(), diagonal((1, 1, 1))))
    assert load(tmp_path / name).file.format == "NIfTI-1"


@pytest.mark.parametrize("start", [b"BM", b"MM\0*", b'{"a"', b"<html>", b"\x1f\x8b", b"PK\3\4"])
def test_voxels_beside_a_header_may_look_like_anything(tmp_path: Path, start: bytes) -> None:
    stored = landmarks((8, 8, 1))
    octets = start + voxels(stored)[len(start) :]
    head = nifti_header(stored.shape, 4, 16, diagonal((1, 1, 1)), pair=True)
    (tmp_path / "a.hdr").write_bytes(head)
    (tmp_path / "a.img").write_bytes(octets)
    expected = np.frombuffer(octets, "<i2").reshape(8, 8)[::-1]
    if start != b"\x1f\x8b":  # which is taken for gzip, as its name has no .gz
        assert np.array_equal(load(tmp_path / "a.img").array, expected)
        assert np.array_equal(load(tmp_path / "a.hdr").array, expected)


def test_half_a_pair_may_not_have_been_fetched(tmp_path: Path) -> None:
    (tmp_path / "a.hdr").write_bytes(
        nifti_header((40, 40, 9), 4, 16, diagonal((1, 1, 1)), pair=True)
    )
    (tmp_path / "a.img").write_bytes(KINDS["lfs"][0])
    for name in ("a.hdr", "a.img"):
        with pytest.raises(InputError, match="the file is a pointer of Git LFS") as caught:
            load(tmp_path / name)
        assert os.fspath(tmp_path / "a.img") in str(caught.value)


@every("intent", CIFTI_INTENTS)
def test_cifti_is_named_with_the_mend(tmp_path: Path, intent: int) -> None:
    head = bytearray(nifti_header((1, 1, 1, 1, 9, 8), 16, 32, version=2))
    head[504:508] = intent.to_bytes(4, "little")
    (tmp_path / "f.dtseries.nii").write_bytes(bytes(head) + bytes(400))
    with pytest.raises(InputError, match="the file is CIFTI: values on surfaces") as caught:
        load(tmp_path / "f.dtseries.nii")
    assert "wb_command -cifti-separate" in caught.value.fix


def test_a_file_of_zeros_has_lost_what_was_in_it(tmp_path: Path) -> None:
    (tmp_path / "v.nii").write_bytes(bytes(9999))
    with pytest.raises(InputError, match="but with zeros: what was in it is lost"):
        load(tmp_path / "v.nii")


def test_a_nifti_has_one_of_four_magics_at_the_place_of_its_version() -> None:
    for magic, at in ((b"n+1\0", 344), (b"ni1\0", 344), (b"n+2\0", 4), (b"ni2\0", 4)):
        start = bytearray(b"?" * 352)
        start[at : at + 4] = magic
        assert is_nifti(bytes(start))
        assert not is_nifti(bytes(start[: at + 3]))
        assert not is_nifti(bytes(b"?" + start))


def test_dicom_without_a_preamble_begins_with_one_of_its_first_elements() -> None:
    """Group 2, of little-endian bytes always, or the first elements of group 8."""
    first = [("<", 2, 0), *((order, 8, n) for order in "<>" for n in (0, 1, 5, 8, 0x16))]
    for order, group, element in first:
        start = struct.pack(f"{order}HH", group, element) + bytes(12)
        assert is_dicom(start), (order, group, element)
        assert not is_dicom(start[:-1])
    assert not is_dicom(struct.pack("<HH", 9, 0) + bytes(12))
    assert is_dicom(bytes(128) + b"DICM")
