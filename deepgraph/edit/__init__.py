"""Makes and rewrites spec files.

- `templates` makes new specs from a shape such as 1-2-2-1.
- `formatting` writes specs in the canonical layout, with layers spelled out or gathered.
- `expand_layers` spells layers out as nodes and edges; `gather_layers` does the reverse.
"""
