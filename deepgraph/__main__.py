"""`python -m deepgraph`: the command line, where the command itself is not on the path."""

from deepgraph.cli import main

if __name__ == "__main__":
    main()
