"""A local S3: moto's server in a process of its own, with a bucket `bucket`."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager

SERVER = """
import logging, sys
logging.disable(logging.CRITICAL)
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""
KEYS = {
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@contextmanager
def local_s3():
    """Run the server; yields the environment in which everybody finds it."""
    environment = {**os.environ, **KEYS}
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, env=environment, text=True,
    )  # fmt: skip
    with server:
        try:
            lines = (line.strip() for line in server.stdout)
            port = next(line for line in lines if line.isdigit())
            found = {**KEYS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
            files(found).create_dir("bucket")
            yield found
        finally:
            server.stdin.close()
            server.wait(20)


def files(environment):
    """The Arrow file system of the server."""
    from pyarrow import fs

    return fs.S3FileSystem(
        access_key="key", secret_key="secret", region="us-east-1", allow_bucket_creation=True,
        scheme="http", endpoint_override=environment["AWS_ENDPOINT_URL"].split("//")[1],
    )  # fmt: skip


def keys(environment, folder="bucket"):
    """The keys below a folder of the bucket."""
    from pyarrow import fs

    infos = files(environment).get_file_info(fs.FileSelector(folder, recursive=True))
    return [info.path.removeprefix("bucket/") for info in infos if info.type == fs.FileType.File]


def content(environment, key):
    """The bytes of an object of the bucket."""
    with files(environment).open_input_file(f"bucket/{key}") as stream:
        return stream.read()
