"""python -m embexplorer."""

from embexplorer.cli import main

if __name__ == "__main__":
    main()
