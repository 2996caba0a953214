"""Executes the notebooks of this folder against a demo server that it starts, and fails when a cell fails.

usage: execute.py TANDEM_BINARY
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

import nbformat
from nbclient import NotebookClient

FOLDER = pathlib.Path(__file__).parent


def serve(tandem: str, data: str) -> tuple[subprocess.Popen, str]:
    """Starts `tandem demo` on a free port and returns the process and the address it printed."""
    server = subprocess.Popen(
        [tandem, "--data", data, "demo", "--bind", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True
    )
    for line in server.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return server, found.group(0)
    raise SystemExit(f"{tandem} demo ended with exit code {server.wait()} before it served")


def main() -> None:
    with tempfile.TemporaryDirectory() as data:
        server, address = serve(sys.argv[1], data)
        try:
            os.environ["TANDEM_URL"] = address
            for path in sorted(FOLDER.glob("*.ipynb")):
                notebook = nbformat.read(path, as_version=4)
                client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": FOLDER}})
                client.execute()
                cells = sum(cell.cell_type == "code" for cell in notebook.cells)
                print(f"{path.name}: {cells} cells executed")
        finally:
            server.terminate()
            server.wait(timeout=40)


if __name__ == "__main__":
    main()
