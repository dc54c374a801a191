"""Hostile and odd files, made byte by byte, each with what is to come of it."""

from tests.io.hostile.case import Case
from tests.io.hostile.jpeg import JPEG
from tests.io.hostile.nifti import NIFTI
from tests.io.hostile.nifti_odd import NIFTI_ODD
from tests.io.hostile.npy import NPY
from tests.io.hostile.other import OTHER
from tests.io.hostile.png import PNG

CASES: list[Case] = [*PNG, *JPEG, *NIFTI, *NIFTI_ODD, *NPY, *OTHER]
