"""NanoDet-g as the npm package has it (a TensorFlow.js graph) -> the same network as a lean fp32 ONNX graph.

What changes, none of it the arithmetic of what is left:
- the picture comes in as it leaves the decoder, RGB bytes [1, height, width, 3]; the network's normalisation is part of the
  first convolution (the frame of padding becomes grey 114 instead of the mean of each colour: 0.2 of a standard deviation, one pixel wide);
- height and width are free (multiples of 32): the network is fully convolutional;
- of the 80 COCO classes only road users are computed;
- scores leave before the sigmoid and distances as raw bins, planar, one pair of outputs per stride;
- LeakyReLU after the stem runs behind the max-pooling instead of before it (it is monotonic), on a quarter of the values.
"""
import hashlib
import os
import subprocess
import sys

import numpy as np
import onnx
import onnxsim
from onnx import TensorProto, helper, numpy_helper

# Our labels in their order, and where COCO's list of 80 has them.
ROAD_USERS = {'person': 0, 'bicycle': 1, 'car': 2, 'motorbike': 3, 'bus': 5, 'truck': 7}
STRIDES = (8, 16, 32)
GREY = 114
# What the network was trained with, in BGR order.
MEAN_BGR = np.array([103.53, 116.28, 123.675])
DEVIATION_BGR = np.array([57.375, 57.12, 58.395])
SHA256 = {
    'nanodet.json': '4495eb0ec74bd33ee40a79aa06ebc1ccd7e28be1bf7355d93ffb570b8d77f45d',
    'nanodet.bin': '5d0e4f8c4eded666287330be03017d494787d35f523fd77ca23f59db984a4ad9',
}


def check_source(folder):
    for name, expected in SHA256.items():
        with open(os.path.join(folder, name), 'rb') as file:
            found = hashlib.sha256(file.read()).hexdigest()
        if found != expected:
            sys.exit(f'{name}: expected sha256 {expected}, found {found}; is it the package version named in make-nanodet.sh?')


def convert(folder, target):
    """tf2onnx, then constant folding; the result still has NanoDet's own interface."""
    command = [sys.executable, '-m', 'tf2onnx.convert', '--tfjs', os.path.join(folder, 'nanodet.json'), '--output', target, '--opset', '13']
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    model, same = onnxsim.simplify(onnx.load(target))
    if not same:
        sys.exit('constant folding changed what the network computes')
    return model


def lean(original):
    """The graph described above, with input `picture` and outputs `scores_<stride>` and `distances_<stride>`."""
    graph = onnx.GraphProto()
    graph.CopyFrom(original.graph)
    weights = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    maker = {output: node for node in graph.node for output in node.output}
    heads = {stride: maker[node.input[0]] for stride, node in zip(STRIDES, heads_by_size(graph, maker))}
    behind = downstream(graph, [head.output[0] for head in heads.values()])
    nodes = [n for n in graph.node if id(n) not in behind and not any(n is head for head in heads.values())]
    added = {}
    outputs = []
    for stride, head in heads.items():
        kernel, bias = weights[head.input[1]], weights[head.input[2]]
        for what, rows in (('scores', list(ROAD_USERS.values())), ('distances', list(range(80, 124)))):
            name = f'{what}_{stride}'
            added[f'{name}.kernel'], added[f'{name}.bias'] = kernel[rows], bias[rows]
            nodes.append(helper.make_node('Conv', [head.input[0], f'{name}.kernel', f'{name}.bias'], [name], kernel_shape=[1, 1]))
            outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, len(rows), f'height/{stride}', f'width/{stride}']))
    pool_first(nodes)
    stem = next(n for n in nodes if n.op_type == 'Conv' and n.input[0] == graph.input[0].name)
    added['stem.kernel'], added['stem.bias'] = bytes_in(weights[stem.input[1]], weights[stem.input[2]])
    stem.input[:] = ['centred', 'stem.kernel', 'stem.bias']
    added['grey'] = np.array(GREY, np.float32)
    entry = [
        helper.make_node('Cast', ['picture'], ['floats'], to=TensorProto.FLOAT),
        helper.make_node('Transpose', ['floats'], ['planar'], perm=[0, 3, 1, 2]),
        helper.make_node('Sub', ['planar', 'grey'], ['centred']),
    ]
    nodes = entry + nodes
    named = short_names(nodes, {**weights, **added}, {o.name for o in outputs} | {'picture'})
    picture = helper.make_tensor_value_info('picture', TensorProto.UINT8, [1, 'height', 'width', 3])
    return finished(helper.make_graph(nodes, 'nanodet-g', [picture], outputs, named))


def heads_by_size(graph, maker):
    """The three detection heads, finest stride first."""
    factors = {i.name: numpy_helper.to_array(i) for i in graph.initializer}

    def halvings(split):
        """How often the neck has halved the finest map on its way to this head."""
        node, count = split, 0
        while node.op_type != 'Add':
            node = maker[node.input[0]]
        while True:
            resize = maker[node.input[1]]
            if factors[resize.input[2]][2] > 1:
                return count
            count, node = count + 1, maker[resize.input[0]]

    return sorted((n for n in graph.node if n.op_type == 'Split'), key=halvings)


def downstream(graph, tensors):
    found, frontier = set(), list(tensors)
    while frontier:
        tensor = frontier.pop()
        for node in graph.node:
            if tensor in node.input and id(node) not in found:
                found.add(id(node))
                frontier.extend(node.output)
    return found


def pool_first(nodes):
    """Conv, LeakyReLU, Pad, MaxPool -> Conv, MaxPool with the padding in it, LeakyReLU."""
    pad = next(n for n in nodes if n.op_type == 'Pad')
    pool = next(n for n in nodes if n.op_type == 'MaxPool')
    leaky = next(n for n in nodes if n.output[0] == pad.input[0])
    after = pool.output[0]
    del pool.attribute[:]
    for key, value in (('kernel_shape', [3, 3]), ('strides', [2, 2]), ('pads', [1, 1, 1, 1])):
        pool.attribute.append(helper.make_attribute(key, value))
    pool.input[0], pool.output[0] = leaky.input[0], 'pooled'
    leaky.input[0], leaky.output[0] = 'pooled', after
    nodes.remove(pad)
    nodes.remove(leaky)
    nodes.insert(nodes.index(pool) + 1, leaky)


def bytes_in(kernel, bias):
    """(byte - mean) / deviation in BGR, as a kernel over (byte - GREY) in RGB."""
    scaled = kernel.astype(np.float64) / DEVIATION_BGR[None, :, None, None]
    shift = (scaled * (GREY - MEAN_BGR)[None, :, None, None]).sum((1, 2, 3))
    return scaled[:, ::-1].astype(np.float32), (bias + shift).astype(np.float32)


def short_names(nodes, weights, kept):
    """Renames every tensor but `kept` after its place, so that the file is the same on every machine; gives the initialisers used."""
    names, used = {}, []
    for index, node in enumerate(nodes):
        for slot, tensor in enumerate(node.input):
            if tensor in weights and tensor not in names:
                names[tensor] = f'{node.op_type.lower()}{index}.{slot}'
                used.append(numpy_helper.from_array(np.ascontiguousarray(weights[tensor]), names[tensor]))
            node.input[slot] = names.get(tensor, tensor)
        for slot, tensor in enumerate(node.output):
            if tensor not in kept:
                names[tensor] = f'{node.op_type.lower()}{index}'
            node.output[slot] = names.get(tensor, tensor)
        node.name = node.output[0]
        plain = [a for a in node.attribute if a.name != 'auto_pad']
        del node.attribute[:]
        node.attribute.extend(plain)
    return used


def finished(graph):
    model = helper.make_model(graph, producer_name='ngatu', opset_imports=[helper.make_opsetid('', 13)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model
