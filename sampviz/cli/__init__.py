"""The command line: it reads words, calls one function, prints a path.

Nothing heavy is imported here or at the top of a command: `--help` loads none of numpy, scipy,
cv2, nibabel and matplotlib.
"""


def main() -> None:
    """Run the program with the words of the command line."""
    from sampviz.cli.app import run

    raise SystemExit(run())
