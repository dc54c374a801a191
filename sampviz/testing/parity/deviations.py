"""Where operations differ from a program on purpose, or share a surprise with it, and why."""

from sampviz.testing.parity.deviation import Deviation
from sampviz.testing.parity.deviation_numbers import (
    PYRDOWN_OF_KORNIA,
    PYRUP_OF_KORNIA,
    blur_of_kornia_numbers,
    blur_of_timm_numbers,
    crop_beside_dc_numbers,
    cubics_numbers,
    diffstride_edge_numbers,
    diffstride_numbers,
    eight_bit_numbers,
    gain_of_kspace_numbers,
    keras_numbers,
    keras_transposed_numbers,
    largest_numbers,
    moved_spectrum_numbers,
    nan_numbers,
    nearest_numbers,
    nearest_of_onnx_numbers,
    nearest_of_opencv_numbers,
    odd_norm_numbers,
    pyrdown_of_kornia_numbers,
    pyrup_of_kornia_numbers,
    scale_factor_numbers,
    softpool_numbers,
    wavelet_frame_numbers,
    wavelet_numbers,
    width_one_numbers,
    window_beside_dc_numbers,
)
from sampviz.testing.parity.resize_deviations import RESIZE_DEVIATIONS
from sampviz.testing.parity.window_deviations import WINDOW_DEVIATIONS

_FLC = "GeJulia/flc_pooling, the authors' program"
_MOVED = (
    "where N = 2 mod 4 (14, 182 and 218 among them) theirs moves the spectrum by one bin: a"
    " constant 1 of 6x6 comes out between {low:.2f} and {high:.2f}; here it stays {ours:g}"
)
_WHY_MOVED = (
    "its cut from trunc(N/4) to trunc(3N/4) puts DC one bin beside the place where its transform"
    " back expects it"
)

DEVIATIONS = (
    Deviation(
        ("flc",),
        _FLC,
        _MOVED,
        _WHY_MOVED,
        "flc:mode=faithful",
        lambda: moved_spectrum_numbers("flc"),
    ),
    Deviation(
        ("asap",),
        _FLC,
        _MOVED,
        _WHY_MOVED,
        "asap:mode=faithful",
        lambda: moved_spectrum_numbers("asap"),
    ),
    Deviation(
        ("asap",),
        _FLC,
        "their window has its top half a bin beside DC where N is even: a constant 1 becomes"
        " {theirs_8:.4f} at 8x8 and {theirs_64:.4f} at 64x64; here {ours_8:g} and {ours_64:g}",
        "a symmetric Hamming window of N points has its top at (N-1)/2, DC lies at N/2",
        "asap:mode=faithful",
        window_beside_dc_numbers,
    ),
    Deviation(
        ("kspace",),
        "fastMRI (fft2c, center_crop, ifft2c)",
        "where n is odd of an even N their cut moves the spectrum by one bin: the real part of a"
        " constant 1 of 18x18, cut to 9x9, comes out between {low:.2f} and {high:.2f}; here it is"
        " {ours:g}",
        "center_crop starts at floor((N-n)/2); DC stays in the middle if the cut starts at"
        " floor(N/2) - floor(n/2)",
        "",
        crop_beside_dc_numbers,
    ),
    Deviation(
        ("kspace",),
        "fastMRI (fft2c, center_crop, ifft2c)",
        "their cut makes a constant 1 of 16x16 a constant {theirs:g}; here it stays {ours:g}",
        "orthonormal transforms of two sizes keep the energy, not the grey values, which grow by"
        " sqrt(N/n) along each axis; here this is taken out",
        "",
        gain_of_kspace_numbers,
    ),
    Deviation(
        ("blur",),
        "timm (BlurPool2d)",
        "with an even k theirs samples {earlier:g} px earlier, and of an even side makes a row"
        " more: {theirs_rows:g} rows of 32 with k=4; here {ours_rows:g}",
        "timm pads as much before as after; blur pads as the authors of BlurPool do, one pixel"
        " less before. With an odd k they are equal; of an even side off=1 gives theirs",
        "blur:k=4:off=1",
        blur_of_timm_numbers,
    ),
    Deviation(
        ("blur",),
        "kornia 0.9.0 (blur_pool2d)",
        "theirs darkens the rim: the corner of a constant 1 becomes {theirs:.3f} with k=4; here it"
        " stays {ours:g}",
        "kornia pads zeros; blur mirrors, as the authors of BlurPool do",
        "blur:pad=zero",
        blur_of_kornia_numbers,
    ),
    Deviation(
        ("bicubic",),
        "Pillow, TensorFlow",
        "theirs is another cubic: twice as large, noise in 0..1 differs by up to {apart:.2f} far"
        " from the edges",
        "bicubic has a = -0.75, as torch and OpenCV; Pillow and TensorFlow have a = -0.5, and so"
        " has resize unless antialias=false",
        "resize:f=2",
        cubics_numbers,
    ),
    Deviation(
        ("conv", "max", "min", "avg", "median"),
        "Keras and TensorFlow (padding='same') beside torch (padding=1)",
        "with k=3, s=2 and an even side both give the same size, but samples of p=same lie"
        " {apart:g} px after those of p=1",
        "Keras pads the odd pixel at the end, torch pads both sides alike",
        "conv:p=same",
        keras_numbers,
    ),
    Deviation(
        ("softpool",),
        "alexandrosstergiou/SoftPool, the authors' program",
        "theirs sets what is negative to 0: a constant -1 becomes {theirs:g}; here it stays"
        " {ours:g}. A constant 100 overflows in theirs, to {theirs_100}; here it is {ours_100:g}",
        "their result is clamped at 0 and e^x is taken of the bare pixel; here the largest exponent"
        " of a window is subtracted first, which changes nothing else",
        "softpool:mode=faithful",
        softpool_numbers,
    ),
    Deviation(
        ("spectral",),
        "google-research/diffstride (FixedSpectralPooling)",
        "theirs makes a constant 1 of 16x16 a constant {theirs:g}; here it stays {ours:g}",
        "their transform back is scaled for the smaller size, the one before for the larger: grey"
        " values grow by N/n along each axis",
        "spectral:mode=faithful",
        diffstride_numbers,
    ),
    Deviation(
        ("wavelet",),
        "WaveCNet (DWT_2D)",
        "theirs makes a constant 1 a constant {theirs:g}; here it stays {ours:g}",
        "an orthonormal low band has the gain sqrt(2) along each axis; here this is taken out, so"
        " that levels can be shown in one grey window",
        "",
        wavelet_numbers,
    ),
    Deviation(
        ("pyrdown",),
        "kornia (pyrdown)",
        "theirs samples {later:g} px later and drops the last pixel of an odd side: {theirs_rows:g}"
        " rows of 7; here {ours_rows:g}",
        "kornia halves the blurred image bilinearly; pyrdown keeps its even samples, as OpenCV",
        PYRDOWN_OF_KORNIA,
        pyrdown_of_kornia_numbers,
    ),
    Deviation(
        ("pyrup",),
        "kornia (pyrup)",
        "the samples of theirs lie {earlier:g} px (of the input) before those of pyrup",
        "kornia doubles the image bilinearly, around the middles of pixels, and blurs then; pyrup"
        " puts zeros between the samples, as OpenCV does",
        PYRUP_OF_KORNIA,
        pyrup_of_kornia_numbers,
    ),
    Deviation(
        ("lp",),
        "the p-norm of mathematics, which takes |x|",
        "with an odd norm negative pixels can give NaN, as in torch: lp:norm=3 of a constant -1 is"
        " {bare}, of its absolute value {absolute:.3f}",
        "torch raises the pixel itself to the power p, and the root of a negative sum is NaN",
        "abs+lp:norm=3",
        odd_norm_numbers,
    ),
    Deviation(
        ("resize",),
        "torch (interpolate, mode='nearest')",
        "with filter=nearest {pairs:g} of {of:g} pairs of sizes up to 64 px have a pixel that torch"
        " takes one place before; the first is {old:g} to {new:g} px",
        "torch multiplies by N/n rounded to float32; here floor(i N / n) is taken in whole numbers",
        "",
        nearest_numbers,
    ),
    Deviation(
        ("resize",),
        "torch (interpolate with scale_factor)",
        "where f N is not whole the samples of theirs are 1/f apart, here N/n: of {old:g} px and"
        " f=0.75 the last of {new:g} lies {apart:.2f} px before ours",
        "torch steps by the factor it was given unless recompute_scale_factor=True; here the new"
        " pixels share the span of the old ones, as they do in torch for a size",
        "resize:f=0.75:step=f",
        scale_factor_numbers,
    ),
    Deviation(
        ("resize",),
        "torch 2.13 (interpolate, antialias=True)",
        "to a width of 1 px theirs repeats the first row: of a ramp from 0 to 7 down 8 rows, to"
        " 4x1 px, the last row is {theirs:.3f}; here {ours:.3f}",
        "a fault: where rows have one pixel its pass down the rows takes the first weights for all",
        "",
        width_one_numbers,
    ),
    Deviation(
        ("resize",),
        "Pillow, 8-bit images",
        "theirs is rounded to whole grey values and cut to 0..255 after each of its two passes: of"
        " an edge from 0 to 255, twice as large, the brightest is {theirs:g}; here"
        " {ours:.1f}. Noise differs by up to {apart:.2f}",
        "its images of 8 bits hold nothing else; of floating-point numbers (mode F) it is equal",
        "",
        eight_bit_numbers,
    ),
    Deviation(
        ("resize",),
        "OpenCV (INTER_NEAREST)",
        "with filter=nearest {pairs:g} of {of:g} pairs of sizes up to 64 px have a pixel that"
        " OpenCV takes one place before; the first is {old:g} to {new:g} px",
        "OpenCV multiplies by a rounded N/n; here floor(i N / n) is taken in whole numbers",
        "",
        nearest_of_opencv_numbers,
    ),
    Deviation(
        ("conv", "transpose", "bilinear", "bicubic", "lanczos", "resize", "area"),
        "torch, OpenCV, SciPy",
        "a NaN under a weight of 0 makes theirs NaN: one in an image is in {theirs:g} outputs of"
        " conv:kernel=laplacian:s=1; here in {ours:g}. Infinity likewise",
        "0 times NaN is NaN; here a pixel whose weight is 0 does not count",
        "",
        nan_numbers,
    ),
    Deviation(
        ("max", "min"),
        "all programs",
        "delta is {delta:g}, the middle of a window of 2x2, but the pixel that wins lies"
        " elsewhere: that of max at {rising:g} on a rising ramp, at {falling:g} on a falling one",
        "an operation that is not linear has no exact place; the middle is right on average",
        "",
        largest_numbers,
    ),
    Deviation(
        ("resize",),
        "ONNX (Resize, nearest_mode round_prefer_floor)",
        "with filter=nearest and at=half, half as large, theirs takes the pixel {apart:g} px before"
        " ours",
        "a place halfway between two pixels goes down there and up here, as in scikit-image",
        "resize:f=0.5:filter=nearest:at=half:round=down",
        nearest_of_onnx_numbers,
    ),
    Deviation(
        ("wavelet",),
        "PyWavelets (dwt)",
        "its first sample of db2 lies at {theirs:.3f} px, outside the image; by default here at"
        " {ours:.3f} px. It makes a constant 1 a constant {gain:g}; here it stays 1 in every mode",
        "it keeps all that a filter reads that reaches beyond the image; its low band has the gain"
        " sqrt(2) along each axis",
        "wavelet:name=db2:mode=zero",
        wavelet_frame_numbers,
    ),
    Deviation(
        ("diffstride",),
        "google-research/diffstride (DiffStride)",
        "theirs makes a constant 1 of 32x32 a constant {theirs:.3f}; here it stays {ours:g}",
        "it is scaled as FixedSpectralPooling, and its frequencies are counted from 1",
        "diffstride:mode=faithful",
        diffstride_edge_numbers,
    ),
    Deviation(
        ("transpose",),
        "Keras (Conv2DTranspose, padding='same')",
        "with k=3 and s=2 it makes {absent:g} of 8 px, and {zero:g} with output_padding=0",
        "without output_padding it takes what gives s N; a 0 that is given is none",
        "transpose:k=3:s=2:p=same:op=0",
        keras_transposed_numbers,
    ),
    *RESIZE_DEVIATIONS,
    *WINDOW_DEVIATIONS,
)
