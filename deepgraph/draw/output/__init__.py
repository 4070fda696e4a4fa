"""A laid-out picture in the formats that people take: SVG, PNG, PDF, TikZ, Mermaid."""
