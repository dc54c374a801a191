"""Detection: lesions put into an image, what chains keep of their contrast, and how well they show.

A lesion is a disc, or a ball in a volume, of which every pixel holds the share that it covers, or a
Gaussian blob. It is added to the image at many places and phases of the sampling, and the chain is
run with it and without.
"""
