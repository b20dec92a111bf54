"""What range each activation takes on a set of clips and pictures. Only these ranges enter the model, nothing of the pictures."""
import subprocess

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

WIDTH, HEIGHT = 512, 288
MEASURED = ('Conv', 'LeakyRelu', 'Concat', 'Add', 'MaxPool')
# The whole picture and three enlarged parts of it, so that near vehicles, which the coarse heads find, occur as well.
VIEWS = ('', 'crop=iw/2:ih/2:0:ih/2,', 'crop=iw/2:ih/2:iw/2:ih/2,', 'crop=iw/3:ih/3:iw/3:ih/3,')


def measure(model, files, pictures_per_file):
    session, names = observed(model)
    ranges = {name: (0.0, 0.0) for name in names}
    for file in files:
        for view in VIEWS:
            for picture in pictures(file, view, pictures_per_file):
                for name, values in zip(names, session.run(names, {'picture': picture[None]})):
                    low, high = ranges[name]
                    ranges[name] = (min(low, float(values.min())), max(high, float(values.max())))
    return ranges


def observed(model):
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    names = [output for node in copy.graph.node if node.op_type in MEASURED for output in node.output]
    known = {output.name for output in copy.graph.output}
    copy.graph.output.extend(helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in names if n not in known)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(copy.SerializeToString(), options, providers=['CPUExecutionProvider']), names


def pictures(file, view, count):
    """`count` pictures spread over a clip (one of a still), as RGB bytes [HEIGHT, WIDTH, 3]."""
    every = max(1, frames(file) // count)
    chain = f"select='not(mod(n,{every}))',{view}scale={WIDTH}:{HEIGHT}:flags=area"
    command = ['ffmpeg', '-v', 'error', '-i', file, '-vf', chain, '-vsync', '0', '-frames:v', str(count), '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-']
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, HEIGHT, WIDTH, 3)


def frames(file):
    command = ['ffprobe', '-v', 'error', '-select_streams', 'v:0', '-count_packets', '-show_entries', 'stream=nb_read_packets', '-of', 'csv=p=0', file]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip().split(',')[0])
