"""Recipes: figures written down; read, drawn, recorded, made again, in batch."""
