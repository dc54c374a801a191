"""Hostile and odd files, made byte by byte, each with what is to come of it."""

from tests.images.formats.hostile.case import Case
from tests.images.formats.hostile.dicom import DICOM
from tests.images.formats.hostile.hdf5 import HDF5
from tests.images.formats.hostile.jpeg import JPEG
from tests.images.formats.hostile.matlab import MATLAB
from tests.images.formats.hostile.metaimage import METAIMAGE
from tests.images.formats.hostile.nifti import NIFTI
from tests.images.formats.hostile.nifti_odd import NIFTI_ODD
from tests.images.formats.hostile.npy import NPY
from tests.images.formats.hostile.npz import NPZ
from tests.images.formats.hostile.other import OTHER
from tests.images.formats.hostile.png import PNG
from tests.images.formats.hostile.tiff import TIFF
from tests.images.formats.hostile.zarr import ZARR

CASES: list[Case] = [
    *PNG,
    *JPEG,
    *NIFTI,
    *NIFTI_ODD,
    *NPY,
    *NPZ,
    *MATLAB,
    *HDF5,
    *METAIMAGE,
    *TIFF,
    *ZARR,
    *DICOM[::12],  # all of them in test_dicom_hostile.py
    *OTHER,
]
