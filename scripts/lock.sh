#!/bin/sh
# Pin every dependency with its hashes, without addresses. New releases wait seven days.
set -eu
cd "$(dirname "$0")/.."
lock() { uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
  --no-emit-index-url --no-annotate --exclude-newer "7 days" "$@"; }
lock pyproject.toml scripts/build.in -o requirements.txt
lock --group dev -c requirements.txt -o requirements-dev.txt
