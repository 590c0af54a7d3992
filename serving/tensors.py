"""NumPy arrays ↔ TensorProto, checked on the way in: these bytes may come from anyone."""

import math

import numpy as np

from serving import predict_pb2 as pb

_DTYPES = {
    pb.DT_FLOAT: np.float32,
    pb.DT_DOUBLE: np.float64,
    pb.DT_INT32: np.int32,
    pb.DT_UINT8: np.uint8,
    pb.DT_INT16: np.int16,
    pb.DT_INT8: np.int8,
    pb.DT_INT64: np.int64,
    pb.DT_BOOL: np.bool_,
    pb.DT_UINT16: np.uint16,
    pb.DT_HALF: np.float16,
    pb.DT_UINT32: np.uint32,
    pb.DT_UINT64: np.uint64,
}
_CODES = {np.dtype(dtype): code for code, dtype in _DTYPES.items()}
_LISTS = {  # where a peer puts the values that does not fill tensor_content
    pb.DT_FLOAT: "float_val",
    pb.DT_DOUBLE: "double_val",
    pb.DT_INT32: "int_val",
    pb.DT_UINT8: "int_val",
    pb.DT_INT16: "int_val",
    pb.DT_INT8: "int_val",
    pb.DT_UINT16: "int_val",
    pb.DT_INT64: "int64_val",
}


LARGEST = 4 << 20  # values in one tensor: what fits, as bytes, into gRPC's largest message


class BadTensor(ValueError):
    """A TensorProto that is not an array: the sizes disagree, or the type is not one that is read here."""


def to_proto(array: np.ndarray) -> pb.TensorProto:
    """Pack an array; its bytes travel as they lie in memory."""
    shape = pb.TensorShapeProto(dim=[pb.TensorShapeProto.Dim(size=size) for size in array.shape])
    return pb.TensorProto(dtype=code(array), tensor_shape=shape, tensor_content=array.tobytes())


def from_proto(tensor: pb.TensorProto) -> np.ndarray:
    """Unpack either form of TensorProto, or raise BadTensor."""
    if tensor.dtype not in _DTYPES:
        raise BadTensor(f"tensors of type {name(tensor.dtype)} are not read here")
    kind = dtype(tensor.dtype)
    shape = [dim.size for dim in tensor.tensor_shape.dim]
    if tensor.tensor_shape.unknown_rank or any(size < 0 for size in shape):
        raise BadTensor("the shape is not fully known")
    size = math.prod(shape)
    if size > LARGEST:
        raise BadTensor(f"{size} values are more than the {LARGEST} that are taken at once")
    if tensor.tensor_content:
        if len(tensor.tensor_content) != size * kind.itemsize:
            raise BadTensor(f"{len(tensor.tensor_content)} bytes for the shape {shape} of {kind}")
        values = np.frombuffer(tensor.tensor_content, kind)
    else:
        values = _listed(tensor, kind, size)
    try:
        return values.reshape(shape)
    except ValueError as problem:
        raise BadTensor(f"no array has {len(shape)} sides of such lengths") from problem


def _listed(tensor: pb.TensorProto, kind: np.dtype, size: int) -> np.ndarray:
    """Read a value list. As in TensorFlow, the last value stands for all that follow, and none means zeros."""
    if size == 0:
        return np.empty(0, kind)
    if tensor.dtype not in _LISTS:
        raise BadTensor(f"lists of {kind} are not read here")
    values = list(getattr(tensor, _LISTS[tensor.dtype]))
    if len(values) > size:
        raise BadTensor(f"{len(values)} values for {size} places")
    try:
        given = np.array(values or [0], kind)
    except OverflowError as problem:
        raise BadTensor(f"a value does not fit into {kind}") from problem
    return np.pad(given, (0, size - len(given)), mode="edge")


def dtype(code: int) -> np.dtype:
    """The NumPy type of a DataType."""
    return np.dtype(_DTYPES[code])


def code(array: np.ndarray) -> int:
    """The DataType of an array."""
    return _CODES[array.dtype]


def name(code: int) -> str:
    """A type's name as TensorFlow prints it: `uint8`, `float`, …"""
    known = code in pb.DataType.values()
    return pb.DataType.Name(code).removeprefix("DT_").lower() if known else f"number {code}"
