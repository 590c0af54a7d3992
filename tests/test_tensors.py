import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from serving import predict_pb2 as pb
from serving import tensors

DTYPES = ["f4", "f8", "i4", "u1", "i2", "i1", "i8", "?", "u2", "f2", "u4", "u8"]


def proto(dtype, shape, **fields):
    dims = [pb.TensorShapeProto.Dim(size=size) for size in shape]
    return pb.TensorProto(dtype=dtype, tensor_shape=pb.TensorShapeProto(dim=dims), **fields)


@given(st.sampled_from(DTYPES).flatmap(lambda d: hnp.arrays(d, hnp.array_shapes(min_dims=0, min_side=0, max_dims=4))))
def test_an_array_comes_back_as_it_went(array):
    back = tensors.from_proto(pb.TensorProto.FromString(tensors.to_proto(array).SerializeToString()))
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(back, array)


@pytest.mark.parametrize(
    ("tensor", "array"),
    [
        (proto(pb.DT_FLOAT, [2], float_val=[0.5, 2]), np.array([0.5, 2], np.float32)),
        (proto(pb.DT_UINT8, [1, 2], int_val=[1, 255]), np.array([[1, 255]], np.uint8)),
        (proto(pb.DT_INT64, [2], int64_val=[-1, 2**40]), np.array([-1, 2**40])),
        (proto(pb.DT_DOUBLE, [2], double_val=[0.1, 2]), np.array([0.1, 2])),
        *(
            (proto(pb.DataType.Value(f"DT_{kind.upper()}"), [2], int_val=[1, 99]), np.array([1, 99], kind))
            for kind in ("int8", "int16", "uint16", "int32")
        ),
        (proto(pb.DT_FLOAT, [3], float_val=[1, 2]), np.array([1, 2, 2], np.float32)),
        (proto(pb.DT_UINT8, [2, 2]), np.zeros((2, 2), np.uint8)),
        (proto(pb.DT_FLOAT, [0, 11]), np.zeros((0, 11), np.float32)),
    ],
)
def test_value_lists_are_read_as_tensorflow_reads_them(tensor, array):
    np.testing.assert_array_equal(tensors.from_proto(tensor), array, strict=True)


@pytest.mark.parametrize(
    ("tensor", "told"),
    [
        (proto(pb.DT_STRING, [1]), "type string"),
        (proto(99, [1]), "type number 99"),
        (pb.TensorProto(dtype=pb.DT_FLOAT, tensor_shape=pb.TensorShapeProto(unknown_rank=True)), "not fully known"),
        (proto(pb.DT_FLOAT, [-1, 2]), "not fully known"),
        (proto(pb.DT_UINT8, [2], tensor_content=b"abc"), r"3 bytes for the shape \[2\] of uint8"),
        (proto(pb.DT_UINT8, [1], int_val=[1, 2]), "2 values for 1 places"),
        (proto(pb.DT_UINT8, [1], int_val=[300]), "does not fit into uint8"),
        (proto(pb.DT_BOOL, [1]), "lists of bool"),
        (proto(pb.DT_UINT8, [2**40, 2**40], int_val=[1]), "more than"),
        (proto(pb.DT_UINT8, [1] * 99, int_val=[1]), "no array has 99 sides"),
        (proto(pb.DT_UINT8, [1] * 99, tensor_content=b"1"), "no array has 99 sides"),
    ],
)
def test_what_is_not_an_array_is_refused(tensor, told):
    with pytest.raises(tensors.BadTensor, match=told):
        tensors.from_proto(tensor)
