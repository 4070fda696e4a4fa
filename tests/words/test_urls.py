from __future__ import annotations

import pytest

from deepgraph.words.urls import is_url, name_of, place_of, split, without_keys


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("s3://AK:secret@b/x.csv", "s3://b/x.csv"),
        ("s3://AK:sec/ret@b/x@y.csv", "s3://b/x@y.csv"),
        ("s3://AK:se?c@b/x.csv", "s3://b/x.csv"),
        ("S3://AK@b/x.csv?region=r&secret_key=k", "S3://b/x.csv"),
        ("s3://b?access_key=x:y@z", "s3://b"),
        ("sftp://u:p@ss@h/x.csv", "sftp://h/x.csv"),
        ("ftp://u:123@h/x.csv", "ftp://h/x.csv"),
        ("https://h/x.csv?X-Amz-Signature=abc", "https://h/x.csv?…"),
        ("webhdfs://h:9870/x?token=abc", "webhdfs://h:9870/x?…"),
        ("abfs://container:KEY==@acct.dfs.core.windows.net/x",
         "abfs://container@acct.dfs.core.windows.net/x"),
        ("hdfs://host:8020/a@b/c.csv", "hdfs://host:8020/a@b/c.csv"),
        ("s3://bucket/me@home.csv", "s3://bucket/me@home.csv"),
        ("memory://m/part-?.csv", "memory://m/part-?.csv"),
        ("data/a:b@c.csv", "data/a:b@c.csv"),
    ],
)  # fmt: skip
def test_a_name_holds_no_key(url, name):
    assert name_of(url) == name
    if is_url(url):
        parts = split(url)
        key = f":{parts.key}" if parts.key else ""
        whole = f"{parts.scheme}://{parts.user}{key}{parts.at}{parts.host}{parts.path}"
        assert whole + parts.options == url  # nothing is lost
        assert place_of(url) == name.removesuffix("?…")


def test_the_words_of_a_store_hold_no_key():
    url = "s3://AKIA123:hush%2Fhush@b/x.csv?region=here&session_token=very%20quiet"
    told = f"Cannot parse {url}: AKIA123, hush/hush, very quiet, in here"
    found = without_keys(told, url)
    for secret in ("AKIA123", "hush", "quiet"):
        assert secret not in found
    assert found.endswith("in here")
    assert without_keys("at https://a:b@c/d", "x.csv") == "at https://…@c/d"
