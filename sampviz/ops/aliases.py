"""What other programs and the papers call our operations.

An alias is accepted where, with the defaults of its program, it means exactly what our operation
does with ours; a factor or a window that has no default there is 2 here. Elsewhere the name leads
to the right operation, and to the parameters that it takes.
"""

import re
from collections.abc import Mapping

_PROGRAMS = re.compile(
    r"((torch|nn|f|functional|tf|tensorflow|keras|layers|flax|linen|kornia|filters|timm|cv2"
    r"|antialiased_?cnns)\.)+",
    re.IGNORECASE,
)
_SEPARATORS = re.compile("[-_ ]")

# By canonical name, without capitals and separators.
_EQUAL = {
    "max": "maxpool maxpooling maxpool2d maxpooling2d",
    "avg": "avgpool avgpooling averagepool averagepooling meanpool meanpooling average mean"
    " avgpool2d averagepool2d averagepooling2d meanpool2d",
    "min": "minpool minpooling minpool2d minpooling2d",
    "lp": "lppool lppooling lppool2d",
    "blur": "blurpool blurpooling",
    "maxblur": "maxblurpool maxblurpooling",
    "unpool": "unpooling maxunpool maxunpooling maxunpool2d",
    "nearest": "upsample upsampling2d upsamplingnearest upsamplingnearest2d nearestneighbor"
    " nearestneighbour",
    "shuffle": "pixelshuffle",
    "unshuffle": "pixelunshuffle",
    "zeros": "bedofnails zeroinsertion",
}
ALIASES: Mapping[str, str] = {
    alias: name for name, aliases in _EQUAL.items() for alias in aliases.split()
}

_VOLUMES = "of a volume it acts on three axes"
_NETWORK = "weights are known by name, as kernel=gauss; a trained layer is a step with --allow-code"
_GAUSSIAN = "its taps are binomial; conv:kernel=gauss:s=2 is a convolution with a Gaussian"
_ENLARGE = "nearest, bilinear, bicubic and lanczos enlarge; resize takes any size"
_GLOBAL_MAX = "max:k=HxW with the sides of the image takes the largest of all"
_TRANSPOSED = (
    "transpose:k=3:s=2; torch and Keras step by 1 unless told, and learn the weights:"
    " here all are 1, or kernel=gauss"
)
_LEARNED = "the authors learn its weights; here they are parameters"
# Names without capitals and separators, the right operation, and what to know of it.
_ROWS = (
    ("maxpool1d maxpool3d maxpooling1d maxpooling3d", "max", _VOLUMES),
    ("avgpool1d avgpool3d averagepooling1d averagepooling3d", "avg", _VOLUMES),
    ("maxunpool1d maxunpool3d", "unpool", _VOLUMES),
    ("lppool1d lppool3d", "lp", _VOLUMES),
    ("l2pool l2pooling", "lp", "lp:norm=2 is the root of a sum of squares"),
    ("sumpool sumpooling", "avg", "avg:divisor=1 is the sum over the window"),
    ("adaptiveavgpool adaptiveavgpool2d adaptiveaveragepooling2d", "avg", "avg:size=HxW"),
    ("adaptivemaxpool adaptivemaxpool2d adaptivemaxpooling2d", "max", "max:size=HxW"),
    (
        "globalpool globalpooling globalavgpool globalaveragepool"
        " globalavgpool2d gap globalavgpooling globalaveragepooling"
        " globalaveragepooling2d",
        "area",
        "area:size=1x1 is the mean of the image",
    ),
    ("globalmaxpool globalmaxpool2d globalmaxpooling globalmaxpooling2d gmp", "max", _GLOBAL_MAX),
    (
        "fractionalmaxpool fractionalmaxpool2d fractionalmaxpooling",
        "fracmax",
        "fracmax:size=HxW, or fracmax:f=1.41; seed= draws",
    ),
    ("stochasticpool stochasticpooling", "stochastic", "mode=train draws, mode=test is the mean"),
    (
        "s3pooling stochasticspatialsampling",
        "s3pool",
        "mode=train draws rows and columns, mode=test is the mean",
    ),
    ("mixedpool mixedpooling", "mixed", "mixed:a=0.5; the authors learn a"),
    ("gatedpool gatedpooling", "gated", "gated:gain=1; the authors learn the weights: file=w.npy"),
    ("gempool gempooling generalizedmean generalisedmean", "gem", "gem:norm=3 over windows of 2x2"),
    ("downscalelocalmean", "localmean", "localmean:f=2; its zeros count"),
    ("adapool2d adaptiveexponentialpooling", "adapool", "adapool:beta=0.5; the authors learn beta"),
    (
        "lpspool learnablepolyphase learnablepolyphasesampling",
        "lps",
        "lps:l00=0:l01=1; the authors compute the logits with a network",
    ),
    ("translationinvariantpolyphase tipspool", "tips", "tips:l00=0:l01=1"),
    ("hartleypool hartleypooling hartleyspectralpooling", "hartley", "hartley:f=2"),
    ("afcpool aliasfreepool", "ideal", "ideal:s=2 drops the new Nyquist frequency too"),
    ("idwt idwt2d inversewavelet waverec", "iwavelet", "iwavelet:name=haar:mode=symmetric"),
    ("onehotencoding", "onehot", "onehot+avg+argmax is the majority of labels"),
    (
        "zeropad2d constantpad2d reflectionpad2d replicationpad2d npad",
        "pad",
        "pad:p=1:mode=reflect",
    ),
    ("centercrop centrecrop cropping2d", "crop", "crop:size=HxW, or crop:p=1x1x1x1"),
    ("spline interpn mapcoordinates", "resize", "resize:f=0.5:filter=spline:order=3"),
    ("blurpool2d", "blur", "blur:k=3:pad=zero is that of kornia"),
    ("maxblurpool2d", "maxblur", "kornia pads with zeros: max:s=1+blur:k=3:pad=zero"),
    ("gaussian gaussianblur gaussianpool gaussianpooling gauss gaussianpyramid", "blur", _GAUSSIAN),
    ("binomial binomialblur lowpass antialias", "blur", _GAUSSIAN),
    ("medianpool medianpooling", "median", "median:k=3:s=2:p=1 by default"),
    ("medianpool2d medianblur", "median", "median:s=1:p=0 is MedianPool2d of timm"),
    ("softpool2d softpooling", "softpool", "softpool:mode=faithful is the authors' program"),
    ("lippool lippooling lip2d", "lip", _LEARNED),
    ("dppool dpppooling detailpreservingpool detailpreservingpooling", "dpp", _LEARNED),
    (
        "flcpool flcpooling frequencylowcut frequencylowcutpooling",
        "flc",
        "flc:mode=faithful is the authors' program",
    ),
    ("asappool asappooling", "asap", "asap:mode=faithful is the authors' program"),
    (
        "spectralpool spectralpooling fixedspectralpooling",
        "spectral",
        "spectral:mode=faithful is the authors' program",
    ),
    (
        "apspool apspooling adaptivepolyphase adaptivepolyphasesampling",
        "aps",
        "aps:blur=3 blurs with three taps first",
    ),
    ("dwt dwt2d haar wavepool waveletpool waveletpooling", "wavelet", "wavelet:name=haar"),
    (
        "conv2d convolution stridedconv stridedconvolution convolve",
        "conv",
        f"conv:s=1:p=0 has the step and border of Conv2d; {_NETWORK}",
    ),
    (
        "convtranspose convtranspose2d conv2dtranspose transposedconv"
        " transposedconvolution transposeconv convtransposed deconv deconv2d"
        " deconvolution upconv",
        "transpose",
        _TRANSPOSED,
    ),
    ("interpolate interpolation upscale upsampling", "nearest", _ENLARGE),
    ("scale zoom rescale", "resize", _ENLARGE),
    ("resize", "resize", "resize:f=0.5:filter=bilinear, or resize:size=HxW"),
    ("linear interlinear", "bilinear", _ENLARGE),
    ("upsamplingbilinear2d", "bilinear", "bilinear:corners=true is that of torch"),
    ("cubic intercubic", "bicubic", _ENLARGE),
    ("trilinear", "bilinear", _VOLUMES),
    ("interarea", "area", "area:f=2, or area:size=HxW"),
    ("internearest", "nearest", _ENLARGE),
    ("lanczos3 lanczos4 interlanczos4", "lanczos", "it has 3 lobes a side"),
    ("fft fftcrop fouriercrop fourier", "flc", "or spectral, or kspace"),
    ("kspacecrop", "kspace", "kspace:f=2"),
    (
        "zerofill zerofilling zeropad zeropadding fourierinterpolation",
        "sinc",
        "it fills the spectrum up with zeros; zeros puts them between the pixels",
    ),
    ("subpixel subpixelconv depthtospace", "shuffle", "shuffle:f=2; the channels lie as in torch"),
    ("spacetodepth focus", "unshuffle", "unshuffle:f=2; the channels lie as in torch"),
    (
        "subsample subsampling decimate decimation downsample downsampling skip",
        "stride",
        "stride:s=2 drops samples with no filter; blur, avg and flc have one",
    ),
    ("pool pooling pool2d", "max", "avg, blur and flc pool, too"),
)
_NEAREST: Mapping[str, tuple[str, str]] = {
    alias: (name, note) for aliases, name, note in _ROWS for alias in aliases.split()
}

# What torch, Keras and others call a parameter.
_PARAMETERS = {
    "k": "kernel_size ksize pool_size filt_size window_size",
    "s": "stride strides",
    "p": "padding",
    "d": "dilation dilation_rate",
    "f": "scale_factor upscale_factor downscale_factor factor",
    "ceil": "ceil_mode",
    "countpad": "count_include_pad",
    "op": "output_padding",
    "norm": "norm_type",
    "corners": "align_corners",
    "pad": "pad_type padding_mode",
    "off": "pad_off",
    "size": "output_size",
}
PARAMETER_ALIASES: Mapping[str, str] = {
    alias: name for name, aliases in _PARAMETERS.items() for alias in aliases.split()
}

# Parameters of theirs that are something else here, by operation and name.
_OTHERWISE = {
    ("nearest", "mode"): "nearest, bilinear and bicubic are operations: bilinear:f=2",
    ("nearest", "size"): "nearest:f=2 takes a factor, resize:size=HxW:filter=nearest a size",
    ("nearest", "interpolation"): "nearest, bilinear and bicubic are operations: bilinear:f=2",
}


def canonical_name(name: str) -> str | None:
    """Return the name that an operation or a named chain has here.

    Parameters
    ----------
    name : str
        As other programs write it, such as `torch.nn.MaxPool2d`.

    Returns
    -------
    str or None
        A name without capitals, which need not be that of an operation; None where the operation
        is another, see `advice_for`.
    """
    key = _key(name)
    return None if key in _NEAREST else ALIASES.get(key, key)


def advice_for(name: str) -> str:
    """Say which operation a name of another program leads to; "" if it is not known.

    Parameters
    ----------
    name : str
        As it was written.

    Returns
    -------
    str
    """
    if _key(name) not in _NEAREST:
        return ""
    nearest, note = _NEAREST[_key(name)]
    return f"did you mean {nearest!r}? {note}"


def aliases_of(name: str) -> list[str]:
    """Return what other programs call an operation, or what leads to it.

    Parameters
    ----------
    name : str
        Its name here.

    Returns
    -------
    list of str
        Names without capitals and separators.
    """
    nearest = [alias for alias, (other, _) in _NEAREST.items() if other == name]
    return [alias for alias, other in ALIASES.items() if other == name] + nearest


def parameter_advice(operation: str, parameter: str) -> str:
    """Say what stands for a parameter of another program; "" if it is not known.

    Parameters
    ----------
    operation : str
        The name that it has here.
    parameter : str
        As it was written.

    Returns
    -------
    str
    """
    return _OTHERWISE.get((operation, parameter), "")


def _key(name: str) -> str:
    program = _PROGRAMS.match(name)
    return _SEPARATORS.sub("", name[program.end() if program else 0 :]).lower()
