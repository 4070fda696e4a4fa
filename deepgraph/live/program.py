"""What the live page knows of a network: the network as data for JSON, made of arrays."""

from __future__ import annotations
