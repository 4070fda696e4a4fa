"""Traces as `torch.fx` gives them, made by hand, for tests without PyTorch."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import deepgraph


class Traced:
    """One node of a trace."""

    def __init__(self, op, name, target, args=(), kwargs=None):
        self.op, self.name, self.target = op, name, target
        self.args, self.kwargs, self.users = tuple(args), dict(kwargs or {}), {}
        for arg in (*self.args, *self.kwargs.values()):
            for one in arg if isinstance(arg, list | tuple) else [arg]:
                if isinstance(one, Traced):
                    one.users[self] = None


class Tape:
    """Records calls in their order; `call` gives a node that further calls may take."""

    def __init__(self):
        self.nodes, self.modules = [], {}

    def _node(self, op, name, *rest):
        made = Traced(op, f"{name}_{len(self.nodes)}", *rest)
        self.nodes.append(made)
        return made

    def input(self):
        return self._node("placeholder", "x", "x")

    def call(self, name, *args, **kwargs):
        """A call of a method; a function with the same arguments is read alike."""
        return self._node("call_method", name.strip("_"), name, args, kwargs)

    def module(self, kind, tensor, **settings):
        """A call of a module of `torch.nn` with some attributes."""
        made = type(kind, (), {"__module__": "torch.nn.modules"})()
        vars(made).update(settings)
        name = f"part{len(self.modules)}"
        self.modules[name] = made
        return self._node("call_module", name, name, [tensor])

    def network(self, monkeypatch, shape, output):
        """The network of a module whose forward pass is this tape."""
        self._node("output", "output", "output", [output])
        graph = SimpleNamespace(nodes=self.nodes)
        fx = SimpleNamespace(symbolic_trace=lambda _: SimpleNamespace(graph=graph))
        monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(__version__="2"))
        monkeypatch.setitem(sys.modules, "torch.fx", fx)
        whole = SimpleNamespace(named_modules=self.modules.items, modules=lambda: ())
        return deepgraph.from_torch(whole, shape=shape)
