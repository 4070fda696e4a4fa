"""A spec that holds every key of the format."""

# ruff: noqa: E501 (a spec has a record on a line)

from __future__ import annotations

WHOLE = """{
  "$schema": "https://example.org/deepgraph.json",
  "deepgraph": 1,
  "name": "all",
  "title": "All of it, \\"quoted\\" and ü",
  "description": "text",
  "source": "here",
  "note": "there",
  "layers": [
    {"id": "x", "size": 2, "normalise": {"min": [0, -1.50], "max": 9, "mean": "1/3", "scale": [2, 3]}, "note": "n"},
    {"id": "h", "size": 2, "activation": {"name": "elu", "alpha": 2}, "weights": "W", "bias": "c", "names": ["a", "b"], "grid": [1, 2]},
    {"id": "y", "size": 1, "weights": "V", "bias": null, "from": ["h", "x"], "rescale": {"mean": 1.50, "scale": [2]}, "classes": ["a", "b"], "threshold": "1/3"}
  ],
  "nodes": [
    {"id": "i", "kind": "input", "normalise": {"mean": 0.10, "scale": "1/255"}},
    {"id": "o", "kind": "output", "rescale": {"mean": 2}, "classes": ["no", "yes"], "threshold": 0.250},
    {"id": "b", "kind": "bias", "value": -1.50, "trainable": false, "note": "n"},
    {"id": "k", "activation": {"name": "softmax", "group": "g"}, "aggregation": "max", "label": "K", "layer": "col"}
  ],
  "edges": [
    {"source": "b", "target": "k"},
    {"source": "x1", "target": "k", "label": "w1", "weight": "1/3", "trainable": false, "note": "n"},
    {"source": "x2", "target": "k", "weight": null},
    {"source": "k", "target": "y", "label": "w2"}
  ],
  "parameters": {
    "w2": 1.30,
    "W": [
      [1e0, null],
      [3, "1/2"]
    ]
  },
  "groups": {"w12": ["w1", "w2"], "w21": {"labels": ["w2", "w1"], "trainable": false, "note": "n"}},
  "stages": {"out1": ["z(a)", "b"]},
  "examples": [
    {
      "name": "e",
      "source": "s",
      "note": "n",
      "inputs": {"x1": 0.50, "x2": [1, 2]},
      "expect": {"y": 1, "out1": [0.50, [1, 2]]},
      "pre_activations": {"k": 2},
      "targets": {"y": 1},
      "loss": {"name": "squared_error", "expect": 0.1, "reduction": "sum"},
      "gradients": {"w1": 1.0},
      "node_gradients": {"k": 2},
      "learning_rate": 0.5,
      "optimiser": "sgd",
      "momentum": 0.90,
      "weight_decay": "1/100",
      "freeze": ["w2"],
      "batch": 1,
      "steps": 2,
      "updated": {"w1": 3},
      "tolerance": 1e-3
    },
    {"table": "t.csv", "class": "species", "accuracy": 0.98}
  ],
  "style": {"direction": "right", "precision": 3}
}
"""
