"""What every room uses and what knows no image: errors, texts, files, processes."""
