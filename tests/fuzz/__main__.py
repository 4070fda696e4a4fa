"""Coverage-guided fuzzing of a reader, by hand: `python -m tests.fuzz READER [SECONDS]`.

Needs `pip install atheris`. Bytes that break a promise are written to `crash-…` in the working
directory; when the fault is mended, they go to `tests/fuzz/cases/READER`.
"""

from __future__ import annotations

import gzip
import io
import sys
import tempfile
from pathlib import Path

import atheris

HERE = Path(__file__).parent
SPECS = HERE.parents[1] / "specs"

with atheris.instrument_imports(include=["deepgraph"]):
    from tests.fuzz.targets import LONGEST, TARGETS


def seeds(reader: str) -> list[bytes]:  # noqa: PLR0911 (one for each kind)
    """Sound files to begin with, small enough to be changed in many ways."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq
    from safetensors.numpy import save

    arrays = {"W": np.eye(2), "b": np.arange(3, dtype=np.float32), "n": np.array(3)}
    if reader == "spec":
        return [path.read_bytes() for path in SPECS.glob("*.json") if path.stat().st_size < 5000]
    if reader == "table":
        texts = [b"x,y,c\n1,2,a\n3,4,b\n", b'x;y\r\n"1";2\r\n', b'\xef\xbb\xbfx,"y\n"\n1e5,-inf\n']
        packed = [
            b"\x80" + gzip.compress(texts[0]),
            b"\x80" + pa.compress(texts[0], "zstd").to_pybytes(),
        ]
        return [bytes([choice]) + text for text in texts for choice in (0, 5, 12, 29, 44)] + packed
    if reader == "parquet":
        found = []
        for column in ([1, None, 2**60], [0.5, 1.5], ["a", None], [[1], [2]]):
            stream = io.BytesIO()
            pq.write_table(pa.table({"x": column, "c": ["k"] * len(column)}), stream)
            found.append(stream.getvalue())
        return found
    if reader == "safetensors":
        return [save(arrays), save({})]
    if reader.startswith("import-"):
        return model_files(reader.removeprefix("import-"))
    if reader == "npz":
        plain, packed = io.BytesIO(), io.BytesIO()
        np.savez(plain, **arrays)
        np.savez_compressed(packed, **arrays)
        return [plain.getvalue(), packed.getvalue()]
    return [b"0.5", b'"1/3"', b"-1e-5", b" inf ", b"9007199254740993", b'"\\u0031/2"', b"null"]


def model_files(form: str) -> list[bytes]:
    """Small files of a format."""
    from deepgraph.formats.readers import table
    from tests.formats.readers.test_damage import sound
    from tests.support.models import REAL, RECORDS, content

    row = next(row for row in table.FORMATS if row.name == form)
    suffixes = row.suffixes
    found = [path.read_bytes() for path in REAL.iterdir() if path.name.endswith(suffixes)]
    found += [content(name) for name in RECORDS if name.endswith(suffixes)]
    return [data for data in [*found, *sound(row)] if len(data) < LONGEST]


def main() -> None:
    """Run libFuzzer on a reader until the time is over or a promise is broken."""
    reader, seconds = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "600"
    corpus = Path(tempfile.mkdtemp(prefix=f"fuzz-{reader}-"))
    for number, seed in enumerate(
        [*seeds(reader), *(p.read_bytes() for p in (HERE / "cases" / reader).glob("*"))]
    ):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        "-timeout=20",
        "-rss_limit_mb=4096",
    ]
    atheris.Setup([sys.argv[0], *options, *sys.argv[3:], str(corpus)], TARGETS[reader])
    atheris.Fuzz()


main()
