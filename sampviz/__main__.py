"""`python -m sampviz` is `sampviz`."""

from sampviz.cli import main

if __name__ == "__main__":
    main()
