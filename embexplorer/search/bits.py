"""Machine instructions that numba has no name for. Importing this module loads numba."""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core.errors import TypingError
from numba.extending import intrinsic

_HALF_BIAS = 2.0**112  # what moves the exponent of a float16 to where a float32 has it


def _popcount(_typing: Any, _word: Any) -> Any:
    """How many bits of a uint64 are set, as a uint64."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


def _lowest_bit(_typing: Any, _word: Any) -> Any:
    """The place of the lowest set bit of a uint64 that is not 0, as a uint64."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), generate


def _prefetch(_typing: Any, _address: Any) -> Any:
    """Ask for the cache line at an address (uintp), which is needed soon."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        called = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        fetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], called)
        to_read, to_keep, data = ir.Constant(number, 0), ir.Constant(number, 3), ir.Constant(number, 1)
        builder.call(fetch, [builder.inttoptr(arguments[0], byte), to_read, to_keep, data])
        return context.get_dummy_value()

    return types.void(types.uintp), generate


def _single(_typing: Any, number: Any) -> Any:
    """A number as float32: a float32 as it is, or a uint16 that holds the bits of a finite float16, which numba does
    not know. By integer steps, since not every processor has an instruction for it and these are done 16 at a time."""
    if number == types.float32:
        return types.float32(types.float32), lambda _context, _builder, _signature, arguments: arguments[0]
    if number != types.uint16:
        raise TypingError(f"single() takes float32 or the bits of a float16, not {number}")

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        word, real = ir.IntType(32), ir.FloatType()
        wide = builder.zext(arguments[0], word)
        size = builder.shl(builder.and_(wide, ir.Constant(word, 0x7FFF)), ir.Constant(word, 13))
        scaled = builder.fmul(builder.bitcast(size, real), ir.Constant(real, _HALF_BIAS))
        sign = builder.shl(builder.and_(wide, ir.Constant(word, 0x8000)), ir.Constant(word, 16))
        return builder.bitcast(builder.or_(builder.bitcast(scaled, word), sign), real)

    return types.float32(types.uint16), generate


# Any: numba's own types hide what an intrinsic takes once it is made
popcount: Any = intrinsic(_popcount)
lowest_bit: Any = intrinsic(_lowest_bit)
prefetch: Any = intrinsic(_prefetch)
single: Any = intrinsic(_single)
