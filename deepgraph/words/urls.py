"""Paths with a scheme, `s3://bucket/part.csv`: their parts, and their names without keys.

Whatever shows a path that somebody typed shows its `name_of`: an error, a note, a record and a
manifest go into logs, and logs are read by more people than may read the store.
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple

SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
NATIVE = ("s3", "gs", "abfs", "hdfs", "viewfs")
"""Schemes of `pyarrow.fs`; a `?` in such a URL begins options of the connection."""
_ALIASES = {"gcs": "gs", "abfss": "abfs", "s3a": "s3", "s3n": "s3"}
_ACCESS = re.compile(
    # A user; a key behind a colon that begins no port, and may hold slashes; the last @ of both.
    r"([^/?@:]*)(:(?!\d*(?:[/?]|\Z))[^@]*(?:@[^/?@]*)*)?@(?![^/?]*@)"
)
_QUERY = re.compile(r"\?[\w.-]+=")
_ANYWHERE = re.compile(r"(?<=://)[^\s/@:]*:[^\s@]+@")
_HARMLESS = ("region", "scheme", "endpoint_override", "allow_bucket_creation")
"""Options of a connection whose values are no secrets."""
SHORTEST_SECRET = 4
"""Characters; a shorter text stands in a message by chance."""


class Url(NamedTuple):
    """The parts of a URL, which together are its text.

    Attributes:
        scheme: as it was typed.
        user: before the host, without the key.
        key: the key behind the user, without the `:`.
        at: `@` if there is a user or a key.
        host: the bucket.
        path: with the slash before it.
        options: from the `?` on; a `?` that no `name=` follows is part of the path, except in
            schemes of Arrow.
    """

    scheme: str
    user: str
    key: str
    at: str
    host: str
    path: str
    options: str

    @property
    def kind(self) -> str:
        """The scheme, of several for one store always the same one."""
        return _ALIASES.get(self.scheme.lower(), self.scheme.lower())

    @property
    def place(self) -> str:
        """The URL without keys and options; the user of `abfs` is the container."""
        container = f"{self.user}@" if self.kind == "abfs" and self.at and self.user else ""
        return f"{self.scheme}://{container}{self.host}{self.path}"


def is_url(path: str) -> bool:
    """True for a path with a scheme, such as `s3://bucket/part.csv`."""
    return SCHEME.match(path) is not None


def split(url: str) -> Url:
    """Split a URL.

    >>> split("s3://me:my/key@bucket/a.csv?region=x").place
    's3://bucket/a.csv'
    """
    scheme, rest = url.split("://", 1)
    user = key = at = ""
    access = _ACCESS.match(rest)
    if access is not None:
        user, key, at = access[1], (access[2] or "")[1:], "@"
        rest = rest[access.end() :]
    native = _ALIASES.get(scheme.lower(), scheme.lower()) in NATIVE
    query = re.search(r"\?", rest) if native else _QUERY.search(rest)
    end = len(rest) if query is None else query.start()
    place, options = rest[:end], rest[end:]
    host, slash, path = place.partition("/")
    return Url(scheme, user, key, at, host, slash + path, options)


def place_of(path: str) -> str:
    """A path without keys and options, for its suffix and its folders."""
    return split(path).place if is_url(path) else path


def name_of(path: str | os.PathLike[str]) -> str:
    """A path for messages: without keys and options, which may hold some.

    >>> name_of("https://me:key@host/a.csv?signature=abc")
    'https://host/a.csv?…'
    """
    text = os.fspath(path)
    if not is_url(text):
        return text
    url = split(text)
    return url.place + ("?…" if url.options and url.kind not in NATIVE else "")


def without_keys(text: str, path: str) -> str:
    """The words of a store about a URL, without the keys of the URL.

    >>> without_keys("Cannot parse 's3://me:hush%2F@b'", "s3://me:hush%2F@b/x.csv")
    "Cannot parse 's3://…@b'"
    """
    text = _ANYWHERE.sub("…@", text)
    if not is_url(path):
        return text
    from urllib.parse import parse_qsl, unquote  # an error in a URL is rare

    url = split(path)
    options = [piece.partition("=") for piece in re.split("[?&]", url.options)]
    secrets = [url.key, *(value for name, _, value in options if name not in _HARMLESS)]
    secrets += [value for name, value in parse_qsl(url.options[1:]) if name not in _HARMLESS]
    if url.kind != "abfs":
        secrets.append(url.user)
    spelled = {spelling for secret in secrets for spelling in (secret, unquote(secret))}
    for secret in sorted(spelled, key=len, reverse=True):
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, "…")
    return text
