"""Options that the command line, pages and a spec's `style` share, each one record."""
