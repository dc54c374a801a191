"""Many processes at once in one folder: `python -m tests.stress`."""
