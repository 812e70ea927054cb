"""Nothing leaves the computer and nothing is written behind the user's back: proved in a fresh process whose sockets
raise and whose home folder is empty."""

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import socket
def refuse(*arguments, **names):
    raise AssertionError("the network was used")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from embexplorer.encoders.open import open_encoder
import sys
heavy = {"onnxruntime", "tokenizers", "polars", "numba"} & set(sys.modules)
assert not heavy, heavy
encoder = open_encoder("minilm", threads=1)
assert encoder.encode(["A cat sat on the mat."]).ok.all()
encoder.close()
import os
assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"
print("embedded")
"""


def test_embedding_writes_nothing_and_asks_nobody(tmp_path: Path) -> None:
    names = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    environment |= dict.fromkeys(names, str(tmp_path)) | {"TMPDIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("EMBEXPLORER_HOME", None)
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT], env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "embedded"
    assert list(tmp_path.rglob("*")) == []
