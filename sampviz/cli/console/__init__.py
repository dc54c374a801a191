"""What is drawn on the terminal: progress bars, tables, grids of numbers."""
