import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_python_module_is_what_the_proto_says(tmp_path):
    command = [sys.executable, "-m", "grpc_tools.protoc", "-I.", f"--python_out={tmp_path}", "serving/predict.proto"]
    subprocess.check_call(command, cwd=ROOT)
    committed = (ROOT / "serving/predict_pb2.py").read_text()
    assert (tmp_path / "serving/predict_pb2.py").read_text() == committed
