from __future__ import annotations

import pytest

from deepgraph.embed.fence_lines import find_fence

PAGE = """# Title

````markdown
```deepgraph spec="a.json"
```
````

> ```deepgraph spec="a.json" collapse
> ```

~~~ {{ .deepgraph spec=b.json }}
~~~

```deepgraph-not spec="a.json"
```

```deepgraph
{{"deepgraph": 1}}
```

```deepgraph
{{"deepgraph": 2}}
```

```deepgraph spec=c.json theme=dark
```
""".format().splitlines()
"""Fences start in the lines 8, 11, 17, 21 and 25; that of line 4 is an example."""


@pytest.mark.parametrize(
    ("after", "source", "options", "line"),
    [
        (0, "", ["a.json", ""], 8),  # an example and a quotation
        (8, "", ["a.json"], None),
        (0, "", ["b.json"], 11),  # options in braces
        (0, '{"deepgraph": 1}', [], 17),
        (0, '{"deepgraph": 2}', [], 21),
        (17, '{"deepgraph": 1}', [], None),
        (0, '{"deepgraph": 3}', [], None),
    ],
)
def test_a_fence_by_its_options_and_its_content(
    after: int, source: str, options: list[str], line: int | None
) -> None:
    assert find_fence(PAGE, after, "deepgraph", source, options) == (line, "")


def test_options_that_superfences_cannot_read() -> None:
    assert find_fence(PAGE, 21, "deepgraph", "", []) == (25, "spec=c.json theme=dark")


def test_the_language_is_a_whole_word() -> None:
    assert find_fence(PAGE, 0, "deepgraph-not", "", ["a.json"]) == (14, "")
    assert find_fence(PAGE, 0, "deep", "", ["a.json"]) == (None, "")
