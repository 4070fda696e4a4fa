"""Networks of other tools, read and written: one module for each format."""
