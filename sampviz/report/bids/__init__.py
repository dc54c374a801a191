"""BIDS data sets: what chains make of their images, as a derivative with pages."""
