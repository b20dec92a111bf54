"""Makes test-fixtures/models: for each family of detectors the smallest ONNX file whose outputs look like the family's.

    .models-build/venv/bin/python scripts/models/make_test_models.py test-fixtures/models

Each sees one car and one person, the more surely the redder the picture: so a test notices colours in the wrong order, a wrong
normalisation or a wrong layout. The values are made up here; the files hold nothing of anybody else.
"""
import hashlib
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

WIDTH, HEIGHT = 64, 32
LABELS = ['person', 'car', 'dog']
PERSON, CAR = 0, 1
# Boxes in pixels of the input.
BOXES = {CAR: (8.0, 8.0, 40.0, 24.0), PERSON: (48.0, 4.0, 56.0, 28.0)}
LOW, RISE = -8.0, 10.0

INPUTS = {
    'rgb-bytes': dict(type='uint8', layout='nhwc', colours='rgb'),
    'bgr-planar': dict(type='float32', layout='nchw', colours='bgr', normalisation=([0.0, 0.0, 0.0], [255.0, 255.0, 255.0])),
    'rgb-planar': dict(type='float32', layout='nchw', colours='rgb', normalisation=([0.0, 0.0, 0.0], [255.0, 255.0, 255.0])),
}


def redness(picture):
    """Nodes that give the mean of the red channel, 0 to 1, as a scalar `red`."""
    rows = picture['layout'] == 'nhwc'
    channel = 0 if picture['colours'] == 'rgb' else 2
    scale = 255.0 if picture['type'] == 'uint8' else 1.0
    nodes = [
        helper.make_node('Cast', ['images'], ['floats'], to=TensorProto.FLOAT),
        helper.make_node('ReduceMean', ['floats'], ['means'], axes=[1, 2] if rows else [2, 3], keepdims=0),
        helper.make_node('Gather', ['means', 'channel'], ['mean'], axis=1),
        helper.make_node('Div', ['mean', 'scale'], ['red'], name='red'),
    ]
    return nodes, {'channel': np.array(channel, np.int64), 'scale': np.array(scale, np.float32)}


def model(name, input_kind, outputs, description):
    """`outputs`: name -> (values without red, what full red adds to them)."""
    picture = INPUTS[input_kind]
    nodes, constants = redness(picture)
    for output, (base, rise) in outputs.items():
        constants[f'{output}.base'], constants[f'{output}.rise'] = np.float32(base), np.float32(rise)
        nodes += [
            helper.make_node('Mul', [f'{output}.rise', 'red'], [f'{output}.risen']),
            helper.make_node('Add', [f'{output}.base', f'{output}.risen'], [output]),
        ]
    shape = [1, HEIGHT, WIDTH, 3] if picture['layout'] == 'nhwc' else [1, 3, HEIGHT, WIDTH]
    kind = TensorProto.UINT8 if picture['type'] == 'uint8' else TensorProto.FLOAT
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info('images', kind, shape)],
        [helper.make_tensor_value_info(o, TensorProto.FLOAT, base.shape) for o, (base, _) in outputs.items()],
        [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items()],
    )
    made = helper.make_model(graph, producer_name='ngatu', opset_imports=[helper.make_opsetid('', 13)])
    made.ir_version = 8
    onnx.checker.check_model(made)
    write(name, made.SerializeToString(deterministic=True), picture, description)


def write(name, data, picture, description):
    with open(os.path.join(FOLDER, f'{name}.onnx'), 'wb') as file:
        file.write(data)
    lines = [
        '# Made by scripts/models/make_test_models.py.',
        f'name: {name}',
        f'file: {name}.onnx',
        f'sha256: {hashlib.sha256(data).hexdigest()}',
        'licence: Apache-2.0',
        'origin: made for tests',
        f'input: {{name: images, type: {picture["type"]}, layout: {picture["layout"]}, colours: {picture["colours"]}, '
        f'width: {WIDTH}, height: {HEIGHT}'
        + (f', normalisation: {{mean: {picture["normalisation"][0]}, deviation: {picture["normalisation"][1]}}}' if 'normalisation' in picture else '')
        + '}',
        f'output: {description}',
        f'labels: [{", ".join(LABELS)}]',
    ]
    with open(os.path.join(FOLDER, f'{name}.yaml'), 'w') as file:
        file.write('\n'.join(lines) + '\n')


def centre(box):
    left, top, right, bottom = box
    return (left + right) / 2, (top + bottom) / 2, right - left, bottom - top


def nanodet():
    """Strides 8 and 16; a side is a whole number of strides, so its distribution is one sharp bin."""
    outputs, bins = {}, 8
    for stride in (8, 16):
        rows, columns = HEIGHT // stride, WIDTH // stride
        scores = np.full((1, len(LABELS), rows, columns), LOW)
        rise = np.zeros_like(scores)
        distances = np.zeros((1, 4 * bins, rows, columns))
        for label, box in BOXES.items() if stride == 8 else ():
            x, y, _, _ = centre(box)
            column, row = int(x // stride), int(y // stride)
            middle = ((column + 0.5) * stride, (row + 0.5) * stride)
            rise[0, label, row, column] = RISE
            sides = (middle[0] - box[0], middle[1] - box[1], box[2] - middle[0], box[3] - middle[1])
            for side, distance in enumerate(sides):
                low, share = int(distance // stride), distance / stride % 1
                # Two neighbouring bins whose mean is the distance.
                distances[0, side * bins + low, row, column] = 30 + np.log(1 - share)
                if share > 0:
                    distances[0, side * bins + low + 1, row, column] = 30 + np.log(share)
        outputs[f'scores_{stride}'] = (scores, rise)
        outputs[f'distances_{stride}'] = (distances, np.zeros_like(distances))
    model('nanodet', 'rgb-bytes', outputs, '{decoder: nanodet, strides: [8, 16], scores: [scores_8, scores_16], '
          'distances: [distances_8, distances_16], scoresAre: logits, layout: planar}')


def ssd():
    """Ten boxes, corners in fractions, y first; class 0 is the background."""
    boxes, scores = np.zeros((1, 10, 4)), np.zeros((1, 10, len(LABELS) + 1))
    rise = np.zeros_like(scores)
    for place, (label, (left, top, right, bottom)) in enumerate(BOXES.items()):
        boxes[0, place] = (top / HEIGHT, left / WIDTH, bottom / HEIGHT, right / WIDTH)
        rise[0, place, label + 1] = 0.9
    model('ssd', 'rgb-planar', {'boxes': (boxes, np.zeros_like(boxes)), 'scores': (scores, rise)},
          '{decoder: ssd, boxes: boxes, order: yxyx, scores: scores, scoresAre: probabilities, firstLabel: 1}')


def yolox():
    strides = (8, 16)
    rows = [(s, c, l) for s in strides for l in range(HEIGHT // s) for c in range(WIDTH // s)]
    values, rise = np.zeros((1, len(rows), 5 + len(LABELS))), np.zeros((1, len(rows), 5 + len(LABELS)))
    for label, box in BOXES.items():
        x, y, width, height = centre(box)
        place = rows.index((8, int(x // 8), int(y // 8)))
        _, column, line = rows[place]
        values[0, place, :4] = (x / 8 - column, y / 8 - line, np.log(width / 8), np.log(height / 8))
        rise[0, place, 4] = 1.0
        values[0, place, 5 + label] = 0.9
    model('yolox', 'bgr-planar', {'output': (values, rise)},
          '{decoder: yolox, strides: [8, 16], output: output, scoresAre: probabilities, boxesIn: grid}')


def yolov8():
    values, rise = np.zeros((1, 4 + len(LABELS), 40)), np.zeros((1, 4 + len(LABELS), 40))
    for place, (label, box) in enumerate(BOXES.items()):
        values[0, :4, 7 * place + 3] = centre(box)
        rise[0, 4 + label, 7 * place + 3] = 0.9
    model('yolov8', 'rgb-planar', {'output0': (values, rise)},
          '{decoder: yolov8, output: output0, layout: planar, scoresAre: probabilities}')


def detr():
    logits, boxes = np.full((1, 12, len(LABELS) + 1), LOW), np.zeros((1, 12, 4))
    logits[..., -1] = 0.0
    rise = np.zeros_like(logits)
    for place, (label, box) in enumerate(BOXES.items()):
        boxes[0, place] = np.array(centre(box)) / (WIDTH, HEIGHT, WIDTH, HEIGHT)
        rise[0, place, label] = RISE
    model('detr', 'rgb-planar', {'logits': (logits, rise), 'boxes': (boxes, np.zeros_like(boxes))},
          '{decoder: detr, scores: logits, scoresAre: softmax, boxes: boxes}')


FOLDER = sys.argv[1]
os.makedirs(FOLDER, exist_ok=True)
for make in (nanodet, ssd, yolox, yolov8, detr):
    make()
