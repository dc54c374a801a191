"""Many figures of a recipe: which are drawn anew, by whom, and the folder that keeps them."""
