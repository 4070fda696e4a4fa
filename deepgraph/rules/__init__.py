"""The rules of a spec: each finds one kind of mistake and its place in the file.

- `run` has the list of all rules and applies them to a draft.
- `nodes`, `names`, `activations`, `scaling`, `classes`, `stages`, `losses` and `examples` hold the
  rules, each a function of the draft.
- `json_schema` makes the JSON Schema of the format, for editors.
"""
