"""Speed comparisons, run by hand; `python -m tests.benchmarks --help`."""

from deepgraph.openblas import choose_kernels

choose_kernels()  # as the command line does, for ours and for the peers that use numpy
