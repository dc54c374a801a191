"""DICOM: series that are made here, each with what another program reads of it."""
