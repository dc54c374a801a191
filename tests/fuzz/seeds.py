"""Small real files to begin with: pieces of the sample images, in every form that is read."""

import gzip
import io
import struct

import numpy as np
from PIL import Image as Pillow

from sampviz.images.load import load
from sampviz.images.samples import sample_path
from sampviz.recipes.gallery import recipe_text, shipped
from tests.images.build import GREY, PALETTE, RGB, RGBA, chunk, nifti, nifti_colours, png

Seeds = dict[str, list[bytes]]


def seeds() -> Seeds:
    """Return files by the ending that they are given."""
    return {
        "nii": _nifti(),
        "nii.gz": _packed(),
        "png": _png(),
        "jpg": _jpeg(),
        "npy": _npy(),
        "toml": _toml(),
    }


def _nifti() -> list[bytes]:
    made = []
    for name in ("t1", "pd", "bold", "dwi", "flash_phantom_kspace"):
        whole = gzip.decompress(sample_path(name).read_bytes())
        made.append(_piece(whole))
    volume = (100 * np.indices((5, 6, 7)).sum(axis=0)).astype(np.int16)
    affine = np.array([[0, 2.0, 0, -9], [-1.5, 0, 0.3, 5], [0, 0, 3, 1], [0, 0, 0, 1]])
    made += [
        nifti(volume.astype(dtype), affine, slope=0.5, inter=-3)
        for dtype in ("uint8", "int32", "float32", "float64", "uint64", "complex128")
    ]
    made.append(nifti(volume, affine, version=2, endian=">"))
    made.append(nifti(volume.astype("float32"), quaternion=(0.1, 0.2, 0.3), spacing=(1, 2, 3)))
    made.append(nifti_colours(np.zeros((4, 5, 3, 3), np.uint8), affine))
    return made


def _piece(whole: bytes) -> bytes:
    """Cut the first voxels out of a real file, its header but for the lengths of the axes kept."""
    header = bytearray(whole[:352])
    rank, *sides = struct.unpack_from("<8h", header, 40)
    kept = [min(n, most) for n, most in zip(sides, (12, 11, 5, 2, 1, 1, 1), strict=True)]
    (bits,) = struct.unpack_from("<h", header, 72)
    (start,) = struct.unpack_from("<f", header, 108)
    shape = tuple(sides[:rank])
    stored = np.frombuffer(whole, f"V{bits // 8}", int(np.prod(shape)), int(start))
    piece = stored.reshape(shape, order="F")[tuple(slice(n) for n in kept[:rank])]
    struct.pack_into("<8h", header, 40, rank, *kept)
    struct.pack_into("<f", header, 108, 352)
    return bytes(header) + piece.tobytes(order="F")


def _packed() -> list[bytes]:
    small = [gzip.compress(data, 6, mtime=0) for data in _nifti()]
    two_members = gzip.compress(_nifti()[0][:400], mtime=0) + gzip.compress(
        _nifti()[0][400:], mtime=0
    )
    return [*small, two_members, sample_path("flash_phantom").read_bytes()]


def _png() -> list[bytes]:
    grey = load("sample:brick").array[:17, :23].astype(int)
    colours = load("sample:chelsea").array[:, 90:101, 150:163].transpose(1, 2, 0).astype(int)
    palette = chunk(b"PLTE", colours.reshape(-1, 3)[:16].astype(np.uint8).tobytes())
    exif = chunk(b"eXIf", b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x112, 3, 1, 6, 0, 0))
    rgba = np.concatenate([colours, colours[..., :1]], axis=-1)
    made = [
        png(grey, 8, GREY),
        png(grey * 257, 16, GREY, extra=chunk(b"tRNS", struct.pack(">H", 257 * 99))),
        png(grey // 64, 2, GREY, interlaced=True),
        png(colours, 8, RGB, extra=exif),
        png(colours * 256, 16, RGB, interlaced=True),
        png(rgba, 8, RGBA),
        png(grey // 16, 4, PALETTE, extra=palette + chunk(b"tRNS", b"\x20\x80")),
    ]
    for pixels in (grey, colours):
        buffer = io.BytesIO()  # with all kinds of filters
        Pillow.fromarray(pixels.astype(np.uint8)).save(buffer, "PNG", optimize=True)
        made.append(buffer.getvalue())
    return [*made, sample_path("brick").read_bytes()]


def _jpeg() -> list[bytes]:
    picture = Pillow.fromarray(
        load("sample:rocket").array[:, 100:141, 300:347].transpose(1, 2, 0).astype(np.uint8)
    )
    made = []
    for mode, options in (
        ("L", {}),
        ("RGB", {"quality": 90}),
        ("RGB", {"progressive": True}),
        ("RGB", {"restart_marker_blocks": 1, "subsampling": 0}),
        ("CMYK", {}),
    ):
        buffer = io.BytesIO()
        picture.convert(mode).save(buffer, "JPEG", **options)
        made.append(buffer.getvalue())
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x112, 3, 1, 6, 0, 0)
    segment = b"\xff\xe1" + struct.pack(">H", len(tiff) + 8) + b"Exif\0\0" + tiff
    made.append(made[1][:2] + segment + made[1][2:])
    return [*made, sample_path("rocket").read_bytes()]


def _npy() -> list[bytes]:
    made = []
    plane = load("sample:t1").array[:9, :11]
    for array in (
        plane,
        plane.astype("<f8"),
        plane.astype(">i2"),
        np.asfortranarray(plane.astype("<u8")),
        plane.astype("<c8"),
        np.stack([plane, plane, plane]).astype("f2"),
        plane > 50,
    ):
        buffer = io.BytesIO()
        np.save(buffer, array)
        made.append(buffer.getvalue())
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, plane, version=(2, 0))
    return [*made, buffer.getvalue()]


def _toml() -> list[bytes]:
    return [recipe_text(name).encode() for name in shipped()]
