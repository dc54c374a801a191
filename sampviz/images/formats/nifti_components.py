"""Components of a voxel, along the fifth axis of a NIfTI: vectors, matrices, colours."""

from dataclasses import dataclass

import numpy as np

from sampviz.core.errors import UsageError, argument
from sampviz.dsp.dtypes import Array
from sampviz.images.formats.nifti_header import Header
from sampviz.images.formats.rescale import ALPHA_NOTE, over_black
from sampviz.images.selection import Selection, index

_COLOUR_INTENTS = {2003: 3, 2004: 4}  # how many components they have


@dataclass(frozen=True)
class Components:
    """Which components are read.

    Parameters
    ----------
    numbers : tuple of int
        Along the fifth axis.
    stacked : bool
        Whether they are channels of the image; else it is one without.
    colour : bool
        Whether they are red, green and blue, and perhaps alpha.
    text : str
        What is taken, for `Image.taken`; "" for all of it.
    notes : tuple of str
        What a reader should know.
    """

    numbers: tuple[int, ...] = (0,)
    stacked: bool = False
    colour: bool = False
    text: str = ""
    notes: tuple[str, ...] = ()

    @property
    def lead_shape(self) -> tuple[int, ...]:
        """The shape of the axes before rows and columns."""
        return (len(self.numbers),) if self.stacked else ()

    def compose(self, values: Array) -> Array:
        """Return values (.., H, W) without alpha, which is composed over black."""
        if not self.colour or len(self.numbers) < 4:
            return values
        colours = over_black(np.moveaxis(values[:3], 0, -1), values[3] / 255)
        return np.moveaxis(colours, -1, 0)


def select_components(header: Header, selection: Selection, where: str) -> Components:
    """Return which components are meant: of a vector the first unless another is chosen.

    Parameters
    ----------
    header : Header
        Of the file.
    selection : Selection
        What the user asked for.
    where : str
        The name of the input, for errors.

    Returns
    -------
    Components

    Raises
    ------
    UsageError
        For a channel that is not there.
    """
    count = header.components
    if count == 1:
        selection.refuse(where, "a NIfTI", "channel", "mosaic")
        return Components()
    last = count - 1
    # Other formats do not say what the numbers of a voxel are.
    is_nifti = header.format.startswith("NIfTI")
    kind = f" ({header.intent})" if is_nifti or header.intent_code else ""
    if selection.mosaic is not None or selection.channel_measure:
        if selection.volume:
            raise UsageError(
                "a volume has one component",
                f"{argument('channel' if selection.channel_measure else 'mosaic')}, for {where}",
                f"choose it with {argument('channel')} and its number",
            )
        numbers = tuple(range(min(count, selection.mosaic or count)))
        return Components(numbers, True, text=f", channels 0..{numbers[-1]} of 0..{last}")
    is_colour = header.dtype == np.uint8 and _COLOUR_INTENTS.get(header.intent_code) == count
    if is_colour and selection.channel is None and not selection.volume:
        notes = (ALPHA_NOTE,) if count == 4 else ()
        return Components(tuple(range(count)), True, True, notes=notes)
    if selection.series and selection.channel is None and not selection.volume:
        return Components(tuple(range(count)), True, text=f", {count} channels{kind}")
    channel = index("channel", selection.channel_number, count)
    text = f", channel {channel} of 0..{last}{kind}"
    if selection.channel is not None:
        return Components((channel,), text=text)
    note = f"each voxel has {count} components{kind}: the first is the channel taken"
    return Components((channel,), text=text, notes=(note,))
