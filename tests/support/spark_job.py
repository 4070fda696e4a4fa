"""A Spark job in a process of its own, on two workers: `python -m tests.support.spark_job FOLDER`.

FOLDER holds tables of `tests.support.folders.make_tables`, and takes `rows` and `rejects` as
Parquet; the last line that is printed says what was counted, as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import deepgraph
from deepgraph.scoring import spark
from tests.support.strategies import SPECS


def main(folder):
    from pyspark.sql import SparkSession

    here = str(Path(deepgraph.__file__).parent.parent)
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local-cluster[2,1,700]")
        .config("spark.executor.memory", "600m")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.executorEnv.PYTHONPATH", os.pathsep.join([here, *filter(None, sys.path)]))
        .getOrCreate()
    )
    network = deepgraph.load(SPECS / "xor.json")
    df = session.read.csv(f"{folder}/data", header=True)  # texts, with the folders' column
    options = {"keep": ["k", "year"], "nodes": ["h1", "y"]}
    rows = spark.score(df, network, on_error="skip", **options)
    rejected = spark.rejects(df, network, **options)
    rows.write.parquet(f"{folder}/rows")
    rejected.write.parquet(f"{folder}/rejects")
    found = {
        "read": df.count(),
        "written": session.read.parquet(f"{folder}/rows").count(),
        "rejected": session.read.parquet(f"{folder}/rejects").count(),
        "schema": rows.schema.simpleString(),
    }
    numbers = df.selectExpr("try_cast(x1 AS double) x1", "try_cast(x2 AS float) x2", "k")
    try:
        spark.score(numbers.drop("x2"), network)
    except deepgraph.TableError as error:
        found["missing"] = str(error)
    try:
        spark.score(df, network)
    except deepgraph.TableError as error:
        found["texts"] = str(error)
    try:
        spark.score(numbers, network).count()
        found["nulls"] = ""
    except Exception as error:  # of the worker, wrapped by Spark
        found["nulls"] = str(error)
    session.stop()
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
