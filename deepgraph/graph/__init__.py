"""A spec as a graph of numbered nodes, edges and parameters.

- `draft` resolves the records of a spec: ids become numbers, layers become nodes and edges.
- `layers` says which nodes and matrices each layer makes; `assignment` gives parameters their
  numbers and values, from texts (`matrix_texts`) or files (`parameter_files`, which reads
  `array_entries` of `safetensors` and `npz`).
- `graph` holds a sound draft as arrays, `parameters` its parameters; both name what they hold.
- `topology`, `steps`, `reach` and `shape` answer questions about order, dependence and layers.
- `scaling` and `classes` hold what a spec says about its ends: constants that scale inputs and
  outputs, and the classes that outputs tell; `node_functions` joins activations with constants.
- `inputs` converts the input values that people give; `initialise` draws missing parameters.
- `exact` reads parameters as fractions; `write_back` writes values into the records of the spec.
- `info` counts what a network consists of.
"""
