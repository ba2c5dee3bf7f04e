"""Functions whose derivative is zero wherever it exists, and those that have an effect.

Steps (`floor`, `round`), comparisons, indices, shapes, and arrays filled with constants. What draws random numbers,
reads a clock or prints is constant too, but not pure: its result is recorded, never recomputed.
"""

from __future__ import annotations

import bisect
import builtins
import math
import operator
import time

import numpy as np

from adjoint.checkpoints import MARKS
from adjoint.rules.declare import constant
from adjoint.rules.table import NAMED, Constant
from adjoint.runtime.iteration import greatest, least, order_of
from adjoint.runtime.patterns import is_mapping, is_sequence
from adjoint.runtime.shapes import count, itemsize, nbytes, without

# Comparisons, tests and logic
constant(
    operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge, operator.not_, operator.is_,
    operator.is_not, operator.contains, operator.truth, operator.and_, operator.or_, operator.xor, operator.invert,
    operator.lshift, operator.rshift, operator.index,
    np.less, np.less_equal, np.equal, np.not_equal, np.greater, np.greater_equal, np.logical_and, np.logical_or,
    np.logical_xor, np.logical_not, np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.left_shift,
    np.right_shift, np.isnan, np.isinf, np.isfinite, np.isneginf, np.isposinf, np.signbit, np.isclose, np.allclose,
    np.array_equal, np.array_equiv, np.all, np.any, np.isreal, np.iscomplex, np.iscomplexobj, np.isrealobj, np.isscalar,
    np.isin, np.issubdtype, np.may_share_memory, np.shares_memory,
    math.isclose, math.isfinite, math.isinf, math.isnan,
    builtins.isinstance, builtins.issubclass, builtins.callable, builtins.hasattr, builtins.all, builtins.any,
    builtins.bool,
)  # fmt: skip

if hasattr(np, "in1d"):  # until NumPy 2.3
    constant(np.in1d)

# Steps: zero between the jumps, and taken as zero at them
constant(
    operator.floordiv, np.floor_divide, np.floor, np.ceil, np.trunc, np.rint, np.fix, np.round, np.around, np.sign,
    math.floor, math.ceil, math.trunc, builtins.round, builtins.int, np.spacing, math.ulp,
    np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64, np.bool_,
)  # fmt: skip

# Indices, counts, positions
constant(
    np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.argsort, np.argpartition, np.lexsort, np.nonzero,
    np.flatnonzero, np.argwhere, np.count_nonzero, np.searchsorted, np.digitize, np.indices, np.unravel_index,
    np.ravel_multi_index, np.diag_indices, np.diag_indices_from, np.tril_indices, np.tril_indices_from,
    np.triu_indices, np.triu_indices_from, np.ndindex, builtins.range, builtins.len, builtins.slice,
    np.mask_indices, np.bitwise_count, np.packbits, np.unpackbits, np.linalg.matrix_rank, np.einsum_path,
    np.busday_count, np.busday_offset, np.busdaycalendar, np.is_busday, np.datetime_data, np.isnat,
    bisect.bisect, bisect.bisect_left, bisect.bisect_right,
    np.gcd, np.lcm, math.gcd, math.lcm, math.comb, math.perm, math.factorial, math.isqrt,
)  # fmt: skip

# Shapes and types
constant(
    np.shape, np.ndim, np.size, np.result_type, np.dtype, np.finfo, np.iinfo, np.promote_types, np.can_cast,
    np.min_scalar_type, np.broadcast_shapes, builtins.type, builtins.id, builtins.hash, builtins.repr, builtins.str,
    builtins.format, builtins.ord, builtins.chr, count, without, itemsize, nbytes, np.isdtype, np.iterable,
    np.mintypecode, np.typename, np.common_type, np.isfortran, np.linalg.LinAlgError, np.longlong, np.ulonglong,
    is_mapping, is_sequence, order_of, least, greatest,
)  # fmt: skip

# Texts
constant(*(getattr(str, name) for name in vars(str) if not name.startswith("_")))
constant(
    np.array2string, np.array_repr, np.array_str, np.base_repr, np.binary_repr, np.datetime_as_string,
    np.format_float_positional, np.format_float_scientific, np.str_, np.bytes_,
)  # fmt: skip

# Arrays filled with constants
constant(
    np.zeros, np.zeros_like, np.ones, np.ones_like, np.empty, np.empty_like, np.eye, np.identity, np.tri,
    np.hanning, np.hamming, np.blackman, np.bartlett,
)  # fmt: skip

# What has an effect, or gives another result the next time. Random draws are known by the generator they belong to.
constant(
    builtins.print, builtins.input, builtins.open, time.time, time.perf_counter, time.monotonic, time.process_time,
    time.sleep, np.save, np.savez, np.savez_compressed, np.savetxt, np.load, np.loadtxt, np.fromfile, np.fromregex,
    np.genfromtxt, np.fromstring, np.seterr, np.errstate, np.geterr, np.seterrcall, np.geterrcall, np.setbufsize,
    np.getbufsize, np.set_printoptions, np.get_printoptions, np.printoptions, np.info, np.show_config, np.show_runtime,
    np.get_include, *(module.test for module in (np, np.linalg, np.fft)),
    pure=False,
)  # fmt: skip

# Of modules that load when they are first used, and that importing this one should not load.
for path in ("numpy.fft.fftfreq", "numpy.fft.rfftfreq"):
    NAMED[path] = Constant("fresh", True)
NAMED["adjoint.api.stop_gradient"] = Constant("view", True)
constant(*MARKS)
DRAWN_FROM = (
    "numpy.random.default_rng",
    "numpy.random._generator.default_rng",  # its name before NumPy 2.2
    "numpy.random.mtrand.RandomState",
    "random.Random",
)
for path in DRAWN_FROM:
    NAMED[path] = Constant("fresh", False)
