"""Words and numbers in texts: what messages, pictures, results and options have in common.

messages: pieces of error messages: did-you-mean, lists, plurals, shortening
option_names: the names of options in messages, as the reader types them
numbers: formats numbers and names for readers
notation: reads the notation of mathematics in names
tex: spells this notation in TeX
markdown_text: escapes texts for Markdown
machine_numbers: the shortest decimals that read back the same, JSON, lines of CSV
columns: texts in columns, for a terminal
typed_numbers: parses a number that a person typed, in a cell or an option
"""
