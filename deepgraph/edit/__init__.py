"""Makes and rewrites spec files: new ones from a shape, the canonical layout, layers gathered."""
