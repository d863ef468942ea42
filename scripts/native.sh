#!/bin/sh
# Compile the embedded model's library for this machine: the release that requirements.txt pins.
set -eu
cd "$(dirname "$0")/.."
for tool in cmake c++; do
  command -v "$tool" >/dev/null || {
    echo "$tool is needed: install CMake and a C++ compiler (Debian: apt-get install cmake g++)" >&2
    exit 1
  }
done
pinned=$(mktemp)
trap 'rm -f "$pinned"' EXIT
awk '/^[^ ]/ { mine = /^xllamacpp==/ } mine' requirements.txt >"$pinned"
echo "Compiling $(head -n 1 "$pinned" | cut -d ' ' -f 1) for this machine (five to ten minutes) ..."
# What is left out (another grammar engine, TLS, a page of its own) we do not use; it would have to
# be fetched from elsewhere.
CMAKE_ARGS="-DLLAMA_LLGUIDANCE=OFF -DLLAMA_BUILD_BORINGSSL=OFF -DLLAMA_USE_PREBUILT_UI=OFF \
-DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF ${CMAKE_ARGS:-}" \
  .venv/bin/python -m pip --disable-pip-version-check --quiet --no-input install --no-deps \
  --force-reinstall --no-cache-dir --no-binary xllamacpp --require-hashes --requirement "$pinned"
echo "Done. Back to the prebuilt one: make clean, then any other target."
