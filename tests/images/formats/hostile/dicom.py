"""DICOM that is damaged, hostile or of a kind that is not read."""

import gzip
import struct

from tests.images.formats.hostile import zeros
from tests.images.formats.hostile.case import Case, refused
from tests.images.formats.hostile.dicom_bytes import (
    DEFLATED,
    HTJ2K,
    J2K,
    JPEG,
    JPEG_12,
    JPEG_LS,
    LOSSLESS,
    MPEG2,
    RLE,
    SECRET,
    UNDEFINED,
    at,
    body,
    deflated,
    element,
    file,
    folder,
    head,
    item,
    j2k,
    jpeg,
    nested,
    packed,
    u2,
)

_UNREAD = "not a DICOM that can be read"
_NOT_READ = "a DICOM that is not read"
_DECODED = "an image of it cannot be decoded"
_PALETTE = {
    0x00280004: b"PALETTE COLOR",
    0x00281101: (b"US", u2(2, 0, 16)),
    0x00281102: (b"US", u2(2, 0, 16)),
    0x00281103: (b"US", u2(2, 0, 16)),
    0x00281201: (b"OW", u2(0, 65535)),
    0x00281202: (b"OW", u2(0, 65535)),
    0x00281203: (b"OW", u2(0, 65535)),
}
_RUN = b"\x81\x07"  # 128 times a 7
_RLE_HEAD = struct.pack("<16I", 2, 64, 66, *[0] * 13)

DICOM: list[Case] = [
    # Ends, and lengths that lie.
    refused("preamble a.dcm", bytes(128) + b"DICM", f"{_UNREAD}: it has no element"),
    refused("no-data a.dcm", head(), f"{_UNREAD}: it has no element"),
    refused("half-a-head a.dcm", file()[:150], f"{_UNREAD}: it has no element"),
    refused("half-an-element a.dcm", file()[:270], "the file is DICOM without an image (CT)"),
    refused("half-the-pixels a.dcm", file()[:-80], "the file ends early: 64 of 144 bytes"),
    refused("no-pixels a.dcm", file({0x7FE00010: None}), "the file is DICOM without an image"),
    refused("pixels-of-0 a.dcm", file({0x7FE00010: b""}), "the file ends early: 0 of 144"),
    refused(
        "pixels-beyond a.dcm",
        file({0x7FE00010: None}) + element(0x7FE00010, b"OW", bytes(10), 0xFFFFFFF0),
        "the file ends early: 10 of 144",
    ),
    refused(
        "element-beyond a.dcm",
        head() + element(0x00080060, b"UN", SECRET, 0xFFFFFFF0) + body(),
        "the file is DICOM without an image (OT)",
    ),
    refused("meta-beyond a.dcm", head()[:-22] + b"UN\0\0\xff\xff\xff\xf0", f"{_UNREAD}: it has no"),
    refused("packed-twice a.dcm", gzip.compress(file()), "the file is DICOM, packed with gzip"),
    # Sizes.
    refused("no-rows a.dcm", file({0x00280010: u2(0)}), f"{_NOT_READ}: its images have 0x9"),
    refused("no-columns a.dcm", file({0x00280011: u2(0)}), f"{_NOT_READ}: its images have 8x0"),
    refused("rows-twice a.dcm", file({0x00280010: b""}), f"{_NOT_READ}: its images have 0x9"),
    refused(
        "claims-4-giga a.dcm",
        file({0x00280010: u2(65535), 0x00280011: u2(65535)}),
        "the file ends early: 144 of 8589672450",
    ),
    refused("no-frames a.dcm", file({0x00280008: b"0"}), f"{_NOT_READ}: it says that it has 0 im"),
    refused("frames-below-0 a.dcm", file({0x00280008: b"-4"}), f"{_NOT_READ}: it says that it"),
    refused("claims-frames a.dcm", file({0x00280008: b"999999999999"}), f"{_NOT_READ}: it says"),
    refused("many-frames a.dcm", file({0x00280008: b"65536"}), "the file ends early"),
    # Bits and colours.
    refused("twelve-bits a.dcm", file({0x00280100: u2(12)}), f"{_NOT_READ}: a sample takes 12"),
    refused("64-bits a.dcm", file({0x00280100: u2(64)}), f"{_NOT_READ}: a sample takes 64"),
    refused("no-bits a.dcm", file({0x00280101: u2(0)}), f"{_NOT_READ}: a sample takes 16 bits, of"),
    refused(
        "17-of-16 a.dcm", file({0x00280101: u2(17)}), f"{_NOT_READ}: a sample takes 16 bits, o"
    ),
    refused("high-bit a.dcm", file({0x00280101: u2(12)}), f"{_NOT_READ}: its highest bit is"),
    refused("sign-of-7 a.dcm", file({0x00280103: u2(7)}), f"{_NOT_READ}: it does not say whether"),
    refused("two-samples a.dcm", file({0x00280002: u2(2)}), f"{_NOT_READ}: its pixels have 2"),
    refused("three-grey a.dcm", file({0x00280002: u2(3)}), f"{_NOT_READ}: its pixels have 3"),
    refused("name-as-kind a.dcm", file({0x00280004: SECRET}), f"{_NOT_READ}: its pixels have 1"),
    refused(
        "cmyk a.dcm", file({0x00280002: u2(4), 0x00280004: b"CMYK"}), f"{_NOT_READ}: its pixels"
    ),
    refused(
        "rgb-of-16 a.dcm",
        file({0x00280002: u2(3), 0x00280004: b"RGB", 0x7FE00010: bytes(432)}),
        f"{_NOT_READ}: its colours have 16 bits",
    ),
    refused("no-palette a.dcm", file({0x00280004: b"PALETTE COLOR"}), f"{_NOT_READ}: its palette"),
    refused(
        "short-palette a.dcm",
        file({**_PALETTE, 0x00281202: (b"OW", b"")}),
        f"{_NOT_READ}: its palette has",
    ),
    refused(
        "uneven-palette a.dcm",
        file({**_PALETTE, 0x00281102: (b"US", u2(1, 0, 16))}),
        f"{_NOT_READ}: its palette has not as many",
    ),
    refused(
        "modality-table a.dcm",
        file({0x00283000: (b"SQ", item(element(0x00283002, b"US", u2(1, 0, 16))))}),
        f"{_NOT_READ}: its values go through a table",
    ),
    refused(
        "mosaic a.dcm", file({0x00080008: (b"CS", b"ORIGINAL\\MOSAIC")}), f"{_NOT_READ}: its slices"
    ),
    # Sequences.
    refused("nested a.dcm", head() + nested(3000), f"{_UNREAD}: its sequences are nested"),
    refused(
        "nested-lengths a.dcm",
        head() + element(0x52009230, b"SQ", item(nested(3000))) + body({}),
        f"{_UNREAD}: its sequences are nested",
    ),
    refused(
        "endless a.dcm",
        head() + element(0x52009230, b"SQ", b"", UNDEFINED) + item(b"", length=4),
        _UNREAD,
    ),
    # Encodings.
    refused("unknown-syntax a.dcm", file(syntax=b"1.2.3.4"), "its images are compressed in a way"),
    refused("ht-jpeg-2000 a.dcm", packed(HTJ2K, b"xx"), "its images are compressed in a way"),
    refused("film a.dcm", packed(MPEG2, b"xx"), "its images are compressed in a way"),
    refused(
        "jpeg-of-12-bits a.dcm",
        packed(JPEG_12, b"xx", t00280101=u2(12), t00280102=u2(11)),
        "its images are JPEG of 12 bits",
    ),
    refused(
        "deflated-damage a.dcm", head(DEFLATED) + b"\xff" * 99, f"{_UNREAD}: it is deflated, a"
    ),
    refused("deflated-half a.dcm", head(DEFLATED) + deflated(body())[:-40], "the file"),
    refused(
        "deflated-bomb a.dcm",
        head(DEFLATED) + zeros.deflated(64),
        "it is deflated, and unpacks to more than 1000000 bytes",
        "--max-pixels",
        "1000000",
    ),
    refused("no-pieces a.dcm", packed(RLE), "its compressed images are in 1 piece"),
    refused("pixels-no-items a.dcm", packed(RLE)[:-16] + b"junkjunk", "its compressed images"),
    refused("piece-beyond a.dcm", packed(RLE, _RLE_HEAD)[:-20], "its compressed images are damag"),
    refused(
        "pieces-of-whom a.dcm", packed(J2K, b"xx", b"yy", t00280008=b"3"), "its 3 compressed images"
    ),
    refused(
        "offsets-unordered a.dcm",
        packed(J2K, b"xx", b"yy", b"zz", table=struct.pack("<2I", 10, 0), t00280008=b"2"),
        "its 2 compressed images lie in 3 pieces",
    ),
    refused("rle-bomb a.dcm", packed(RLE, _RLE_HEAD + _RUN * 4000), f"{_DECODED}: 8064 bytes for"),
    refused("rle-junk a.dcm", packed(RLE, b"\xff" * 90), _DECODED),
    refused("rle-short a.dcm", packed(RLE, _RLE_HEAD + b"\xff\x01\xff\x01"), _DECODED),
    refused("j2k-bomb a.dcm", packed(J2K, j2k(2**31, 2**31)), f"{_DECODED}: it says 2147483648x"),
    refused("j2k-half a.dcm", packed(J2K, j2k(8, 9)), _DECODED),
    refused("j2k-junk a.dcm", packed(J2K, b"junk" * 9), f"{_DECODED}: it says nothing"),
    refused(
        "jpeg-bomb a.dcm", packed(JPEG, jpeg(0xC0, 65535, 65535)), f"{_DECODED}: it says 65535"
    ),
    refused("jpeg-half a.dcm", packed(JPEG, jpeg(0xC0, 8, 9)), _DECODED),
    refused("jpeg-junk a.dcm", packed(JPEG, SECRET * 9), f"{_DECODED}: it says nothing"),
    refused(
        "ls-bomb a.dcm", packed(JPEG_LS, jpeg(0xF7, 65535, 65535)), f"{_DECODED}: it says 6553"
    ),
    refused("ls-half a.dcm", packed(JPEG_LS, jpeg(0xF7, 8, 9, 16)), _DECODED),
    refused(
        "lossless-bomb a.dcm",
        packed(LOSSLESS, jpeg(0xC3, 65535, 65535)),
        f"{_DECODED}: it says 655",
    ),
    refused("lossless-half a.dcm", packed(LOSSLESS, jpeg(0xC3, 8, 9, 16)), _DECODED),
    refused(
        "lossless-junk a.dcm",
        packed(LOSSLESS, jpeg(0xC3, 8, 9, 16, b"\xff\xda" + b"\xff" * 50 + b"\xff\xd9")),
        _DECODED,
    ),
    # What is no image.
    refused(
        "dicomdir a.dcm",
        head() + element(0x00041220, b"SQ", item(element(0x00041500, b"CS", SECRET))),
        "the file is a DICOMDIR",
    ),
    refused(
        "report a.dcm",
        file({0x00080060: b"SR", 0x7FE00010: None, 0x00280010: None}),
        "the file is DICOM without an image (SR)",
    ),
    refused("far a.dcm", file({0x00200032: b"1e12\\0\\0"}), "its places are no map"),
    # Folders.
    refused("two-series a", folder(x=at(b"0\\0\\0", 1), y=at(b"0\\0\\0", 2, b"7")), "it holds 2"),
    refused("folder-of-reports a", folder(x=file({0x7FE00010: None})), "none of its 1 files is"),
    refused("damaged-slice a", folder(x=at(b"0\\0\\0", 1), y=file()[:-80]), "the file ends early"),
    refused(
        "side-by-side a",
        folder(x=at(b"0\\0\\0", 1), y=at(b"40\\0\\0", 2)),
        "images lie side by side in one plane, 40 mm apart",
    ),
    refused(
        "not-as-many a",
        folder(x=at(b"0\\0\\0", 1), y=at(b"0\\0\\1", 2), z=at(b"0\\0\\1", 3)),
        "its 2 places have 1 to 2 images each",
    ),
]
