// Numbers as texts, and texts that people type as numbers.
