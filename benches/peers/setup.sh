#!/usr/bin/env bash
# Installs the rivals into benches/peers/.venv (which git ignores). Python 3.10 to 3.13 has wheels for all of them.
set -euo pipefail
cd "$(dirname "$0")"
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' || {
    echo "$python is $("$python" --version 2>&1); 3.10 to 3.13 is wanted: PYTHON=python3.12 $0" >&2
    exit 2
}
test -x .venv/bin/python || "$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
.venv/bin/python - <<'PYTHON'
from importlib.metadata import version
print(*(f"{name} {version(name)}" for name in ("ortools", "highspy", "conference-scheduler", "PuLP")), sep=", ")
PYTHON
