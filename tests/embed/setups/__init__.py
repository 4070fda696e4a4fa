"""Sites in the set-ups that people have, built from nothing by the tools themselves.

`python -m tests.embed.setups FOLDER [NAME …]` installs what each needs below a folder, builds it
and prints a table of what readers find. The light ones are tests, too: tests/embed/test_setups.py.
"""
