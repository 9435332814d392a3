"""The proof of Spark is run by ``make proof-spark``, which brings PySpark; without it there is nothing to collect."""

import shutil
from importlib.util import find_spec

collect_ignore = [] if find_spec("pyspark") and shutil.which("java") else ["test_cluster.py"]
