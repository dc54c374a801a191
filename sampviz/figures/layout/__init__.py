"""Layout: where everything stands on a figure, in whole pixels, and how large it is drawn."""
