"""Rendering: laid-out figures as matplotlib figures, pixels and files."""
