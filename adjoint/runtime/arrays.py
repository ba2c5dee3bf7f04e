"""The few functions on arrays that generated code calls.

Each one is ordinary NumPy, so that generated code can be read, exported and differentiated again.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adjoint.errors import NotScalar, SharedMemory, UnsupportedMutation


def unbroadcast(g: Any, like: Any) -> Any:
    """Bring `g` to the shape of `like`: summed over axes that `like` lacks, repeated along those that `g` lacks.

    The sum is the transpose of broadcasting, the repetition that of summing. Real for a real `like`, in its dtype.

    >>> unbroadcast(np.ones((2, 3)), np.zeros(3))
    array([2., 2., 2.])
    >>> unbroadcast(np.ones((2, 3)), 1.0)
    np.float64(6.0)
    """
    if isinstance(like, (tuple, list, dict)):
        return _like_sequence(g, like)
    if isinstance(g, (tuple, list)):
        g = np.asarray(g)
    shape = np.shape(like)
    lead = np.ndim(g) - len(shape)
    if lead > 0:
        g = np.sum(g, axis=tuple(range(lead)))
    short = len(shape) - np.ndim(g)
    axes = tuple([k for k in range(np.ndim(g)) if shape[k + short] == 1 and np.shape(g)[k] != 1])
    if axes:
        g = np.sum(g, axis=axes, keepdims=True)
    if np.iscomplexobj(g) and not np.iscomplexobj(like):
        g = np.real(g)
    if np.shape(g) != shape:
        g = np.broadcast_to(g, shape).copy()
    if isinstance(like, np.ndarray) and like.dtype != np.result_type(g) and like.dtype.kind in "fc":
        g = np.asarray(g).astype(like.dtype)
    return g


def _like_sequence(g: Any, like: Any) -> Any:
    """The cotangent of a tuple or list that was an operand as it is, or as the array of its items."""
    if isinstance(like, dict):
        return g if isinstance(g, dict) else zeros_like(like)
    if isinstance(g, (tuple, list)) and len(g) == len(like):
        return g
    try:
        whole = np.asarray(like)
    except ValueError:  # rows of different lengths: no operand of an array
        return zeros_like(like)
    if not whole.size or whole.dtype.kind not in "fc":
        return zeros_like(like)
    if isinstance(g, (tuple, list)):
        raise UnsupportedMutation(
            "what an operator makes of a tuple or list, known only when it runs, is not followed\n"
            "  Make an array of it first: `np.array(…)`."
        )
    return like_nested(like, unbroadcast(g, whole))


def like_nested(tree: Any, g: Any) -> Any:
    """The rows of `g`, as nested sequences of the types of `tree`; for a leaf, in its shape and dtype.

    >>> like_nested([1.0, (2.0,)], np.array([[5.0], [6.0]]))
    [np.float64(5.0), (np.float64(6.0),)]
    """
    if isinstance(tree, list):
        return [like_nested(member, g[k]) for k, member in enumerate(tree)]
    if isinstance(tree, tuple):
        return tuple([like_nested(member, g[k]) for k, member in enumerate(tree)])
    return unbroadcast(g, tree)


def like_sequence(sequence: Any, parts: Any) -> Any:
    """The cotangents of a sequence's members, in their shapes, as a sequence of its type.

    >>> like_sequence((1.0, np.zeros((1, 2))), [np.array([3.0]), np.array([4.0, 5.0])])
    (array(3.), array([[4., 5.]]))
    """
    if isinstance(sequence, np.ndarray):
        return np.reshape(np.array(parts), sequence.shape)
    shaped = [np.reshape(part, np.shape(member)) for member, part in zip(sequence, parts, strict=True)]
    return tuple(shaped) if isinstance(sequence, tuple) else shaped


def zeros_like(value: Any) -> Any:
    """The zero cotangent of a value: a number, an array, or a tuple or list of such.

    >>> zeros_like((1.0, [np.ones(2)]))
    (0.0, [array([0., 0.])])
    """
    if isinstance(value, tuple):
        return tuple([zeros_like(v) for v in value])
    if isinstance(value, list):
        return [zeros_like(v) for v in value]
    if isinstance(value, dict):
        return {}  # what is not in it is zero
    if isinstance(value, np.ndarray) and value.dtype.kind in "fc":
        return np.zeros_like(value)
    return 0.0


def shares_where_equal(values: Any, extreme: Any, g: Any) -> Any:
    """What each of a sequence of numbers has of a cotangent of their extreme: those that tie share it evenly.

    >>> shares_where_equal([5.0, 3.0, 5.0], 5.0, 2.0)
    [1.0, 0.0, 1.0]
    """
    wins = [value == extreme for value in values]
    shares = [g * win / sum(wins) for win in wins]
    return np.array(shares, dtype=values.dtype) if isinstance(values, np.ndarray) else shares


def together(parts: tuple[Any, ...], like: Any) -> Any:
    """The cotangent of a value that was unpacked, from those of its parts.

    >>> together((1.0, 2.0), np.zeros(2)), together((1.0, 2.0), [0.0, 0.0])
    (array([1., 2.]), [1.0, 2.0])
    """
    if isinstance(like, np.ndarray):
        return np.stack(parts)
    return list(parts) if isinstance(like, list) else parts


def plus(a: Any, b: Any) -> Any:
    """The sum of two cotangents of one value, which may be a tuple or list.

    >>> plus((1.0, [2.0]), (10.0, [20.0]))
    (11.0, [22.0])
    """
    if type(a) is float and a == 0.0 or type(b) is float and b == 0.0:
        return b if type(a) is float and a == 0.0 else a  # a zero that stands for one of any structure
    if isinstance(a, dict):
        return {k: plus(a[k], b[k]) if k in a and k in b else a[k] if k in a else b[k] for k in {**a, **b}}
    if isinstance(a, tuple):
        return tuple([plus(x, y) for x, y in zip(a, b, strict=True)])
    if isinstance(a, list):
        return [plus(x, y) for x, y in zip(a, b, strict=True)]
    return a + b


def check_number(value: Any) -> None:
    """Refuse what `value += e` changes in place: all but numbers, texts and tuples, of which it binds another.

    Raises:
        UnsupportedMutation: if it is an array or another object.
    """
    if isinstance(value, (int, float, complex, np.generic, str, tuple)):
        return
    kind = "an array" if isinstance(value, np.ndarray) else f"a {type(value).__name__}"
    raise UnsupportedMutation(
        f"what `op=` changes here is {kind}, which is known only when it runs\n"
        "  Write `x = x + …`, or `x[...] += …` for an array."
    )


def one_number(value: Any) -> None:
    """Refuse a result that is not one number, by which a gradient that is differentiated again was taken.

    Raises:
        NotScalar: if it is an array or anything else.
    """
    if not isinstance(value, (int, float, complex, np.number, np.bool_)) and np.shape(value) != ():
        raise NotScalar(
            f"a gradient that is differentiated again is that of an array of shape {np.shape(value)}\n"
            "  Let the function return one number: `float(...)` or `....sum()`."
        )


def in_slot(value: Any, k: Any, g: Any) -> Any:
    """The cotangent of a tuple, list, dict or array of which only the item `k` matters, whose cotangent is `g`.

    Of several items where `k` is a slice.

    >>> in_slot((1.0, 2.0), 1, 5.0)
    (0.0, 5.0)
    >>> in_slot(np.ones(2), 1, 5.0)
    array([0., 5.])
    """
    if isinstance(value, np.ndarray):
        return scattered(value, k, g)
    if isinstance(value, dict):
        return {k: g}
    items = [zeros_like(v) for v in value]
    items[k] = g
    return items if isinstance(value, list) else tuple(items)


def owned(g: Any) -> Any:
    """A cotangent that shares memory with nothing: a copy of an array, anything else as it is.

    >>> x = np.ones(2)
    >>> owned(x) is x, owned(2.0)
    (False, 2.0)
    """
    if isinstance(g, np.ndarray):
        return g.copy()
    if isinstance(g, (tuple, list)):
        return [owned(v) for v in g] if isinstance(g, list) else tuple([owned(v) for v in g])
    if isinstance(g, dict):
        return {k: owned(v) for k, v in g.items()}
    return g


def copies(g: Any, n: int) -> list[Any]:
    """As many copies of a cotangent as there are members of a list that were summed.

    >>> copies(np.ones(2), 2)
    [array([1., 1.]), array([1., 1.])]
    """
    return [g.copy() for _ in range(n)]


def add_at(bar: Any, index: Any, g: Any) -> None:
    """Add `g` into the cells `bar[index]`, once for each time that an index occurs.

    >>> bar = np.zeros(3)
    >>> add_at(bar, [0, 2, 0], np.array([1.0, 10.0, 100.0]))
    >>> bar
    array([101.,   0.,  10.])
    """
    if isinstance(bar, np.ndarray):
        np.add.at(bar, index, g)
    elif isinstance(bar, dict) and index not in bar:
        bar[index] = g
    else:
        bar[index] = plus(bar[index], g)


def scattered(like: Any, index: Any, g: Any) -> Any:
    """An array of zeros like another one, with `g` added into the cells at `index`.

    >>> scattered(np.ones(3), [0, 2, 0], np.array([1.0, 10.0, 100.0]))
    array([101.,   0.,  10.])
    """
    new = np.zeros_like(like)
    np.add.at(new, index, g)
    return new


def placed(like: Any, index: Any, g: Any) -> Any:
    """An array of zeros like another one, with `g` stored in the cells at `index`.

    >>> placed(np.ones(3), [0, 2, 0], np.array([1.0, 10.0, 100.0]))
    array([100.,   0.,  10.])
    """
    new = np.zeros_like(like)
    new[index] = g
    return new


def written(bar: Any, index: Any) -> Any:
    """The cotangent of what was stored by `a[index] = e`: zero for an entry that a later one overwrote.

    >>> written(np.array([1.0, 10.0, 100.0]), [0, 2, 0])
    array([  0., 100.,   1.])
    """
    order = np.full(bar.shape, -1)
    entries = np.arange(np.size(order[index])).reshape(np.shape(order[index]))
    order[index] = entries
    return np.where(order[index] == entries, bar[index], 0.0)


def no_cotangents() -> dict[int, tuple[Any, Any]]:
    """The cotangents of arrays by their identity, none yet: what `cotangent_of` looks them up in."""
    return {}


def cotangent_of(value: Any, cotangents: dict[int, tuple[Any, Any]]) -> Any:
    """The cotangent of an array, zero at first: what shares memory has cotangents that do, in the same way.

    That of a list or dictionary of numbers is a list or dictionary, the same one whoever holds it.

    >>> known = no_cotangents()
    >>> a = np.zeros(3)
    >>> cotangent_of(a[1:], known)[0] += 1.0
    >>> cotangent_of(a, known)
    array([0., 1., 0.])
    """
    if not isinstance(value, np.ndarray):
        if id(value) not in cotangents:
            cotangents[id(value)] = value, zeros_like(value)
        return cotangents[id(value)][1]
    owner = _owner(value)
    if _repeats_cells(value):
        raise UnsupportedMutation(
            "an array of which this is a broadcast or sliding view changes\n"
            "  Write to a copy, or add `.copy()` to the view."
        )
    if id(owner) not in cotangents:
        # The array is held, so that no other can have its identity.
        cotangents[id(owner)] = owner, np.zeros_like(owner)
    return _window(value, owner, cotangents[id(owner)][1])


def writable(view: Any) -> Any:
    """A view that NumPy gives to be read only, of a diagonal, for cotangents to be added to.

    >>> a = np.zeros((2, 2))
    >>> writable(np.diagonal(a))[1] += 3.0
    >>> a
    array([[0., 0.],
           [0., 3.]])
    """
    view.flags.writeable = True
    return view


def forget(cotangents: dict[int, tuple[Any, Any]], value: Any) -> None:
    """Let a list, all of whose items are about to be others, have no cotangent any more."""
    cotangents.pop(id(value), None)


def add_to(value: Any, g: Any, cotangents: dict[int, tuple[Any, Any]]) -> None:
    """Add `g` to the cotangent of a container, and to those of the arrays and containers in it.

    >>> known = no_cotangents()
    >>> a, b = np.zeros(2), [1.0]
    >>> add_to([a, b], [np.ones(2), [5.0]], known)
    >>> cotangent_of(a, known), cotangent_of(b, known)
    (array([1., 1.]), [5.0])
    """
    if isinstance(value, np.ndarray):
        bar = cotangent_of(value, cotangents)
        bar += unbroadcast(g, value)
        return
    places = g if isinstance(g, dict) else range(len(value))
    own = None
    for k in places:
        if _is_object(value[k]):
            add_to(value[k], g[k], cotangents)
        else:
            own = cotangent_of(value, cotangents) if own is None else own
            add_at(own, k, g[k])


def cotangents_in(value: Any, cotangents: dict[int, tuple[Any, Any]]) -> Any:
    """A container's cotangent written out: with those of the arrays and containers in it, copied."""
    if isinstance(value, np.ndarray):
        return cotangent_of(value, cotangents).copy()
    if not isinstance(value, (list, tuple, dict)):
        return zeros_like(value)
    own = None if isinstance(value, tuple) else cotangent_of(value, cotangents)
    keys = list(value) if isinstance(value, dict) else range(len(value))
    found = [
        cotangents_in(value[k], cotangents) if _is_object(value[k]) or own is None else part_of(own, k, value[k])
        for k in keys
    ]
    if isinstance(value, dict):
        return dict(zip(keys, found, strict=True))
    return tuple(found) if isinstance(value, tuple) else found


def part_of(bar: Any, k: Any, value: Any) -> Any:
    """The cotangent of an item, which a dictionary lacks where it is zero."""
    return zeros_like(value) if isinstance(bar, dict) and k not in bar else owned(bar[k])


def _is_object(value: Any) -> bool:
    """Is this an array or a container, or a tuple that holds one?"""
    if isinstance(value, tuple):
        return any(map(_is_object, value))
    return isinstance(value, (np.ndarray, list, dict))


def filled(bar: Any, value: Any) -> Any:
    """The cotangent of a dictionary, with the zeros that were left out, in the dictionary's order.

    >>> filled({"b": 2.0}, {"a": 5.0, "b": 6.0})
    {'a': 0.0, 'b': 2.0}
    """
    if type(bar) is float and not isinstance(value, (float, int)):
        bar = zeros_like(value)
    if isinstance(value, dict):
        return {k: filled(bar[k], v) if k in bar else filled(zeros_like(v), v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        items = [filled(b, v) for b, v in zip(bar, value, strict=True)]
        return items if isinstance(value, list) else tuple(items)
    return bar


def emptied(bar: Any, like: Any) -> Any:
    """What is left of the cotangent of `filled`, for a cotangent `like` that had fewer entries.

    >>> emptied({"a": 1.0, "b": 2.0}, {"b": 5.0})
    {'b': 2.0}
    """
    if isinstance(like, dict):
        return {k: emptied(bar[k], v) for k, v in like.items()}
    if isinstance(like, (list, tuple)):
        items = [emptied(b, v) for b, v in zip(bar, like, strict=True)]
        return items if isinstance(like, list) else tuple(items)
    return 0.0 if type(like) is float and not isinstance(bar, (float, int)) else bar


def _repeats_cells(array: Any) -> bool:
    """May two cells of a view be one in memory, as in what `np.broadcast_to` gives?"""
    reach = array.itemsize
    for stride, length in sorted((abs(s), n) for s, n in zip(array.strides, array.shape, strict=True) if n > 1):
        if stride < reach:
            return True
        reach += stride * (length - 1)
    return False


def is_copy(value: Any, array: Any) -> bool:
    """Has `value`, which NumPy made of `array` as a view or as a copy, memory of its own?"""
    return not np.may_share_memory(value, array)


def working_copies(values: Any) -> Any:
    """Copies of arrays, also in lists and tuples, that share memory among themselves as the arrays do.

    >>> a = np.zeros(3)
    >>> b, c = working_copies((a, [a[1:]]))
    >>> b[2] = 1.0
    >>> c, a
    ([array([0., 1.])], array([0., 0., 0.]))
    """
    return _copied(values, {})


def kept(forward: Any, *args: Any) -> tuple[Any, Any]:
    """What a forward sweep gives, the record in memory of its own: the arguments are changed before it is read."""
    out, record = forward(*args)
    return out, working_copies(record)


def check_apart(changed: Any, other: Any) -> None:
    """Refuse arguments of which one is changed, where they share memory.

    Raises:
        SharedMemory: if they do.
    """
    if isinstance(changed, np.ndarray) and isinstance(other, np.ndarray) and np.shares_memory(changed, other):
        raise SharedMemory("an argument is changed in a call, and shares memory with another\n  Pass a copy.")


def check_alone(changed: Any, other: Any, name: str, with_name: str) -> None:
    """Refuse an array that checkpointed code changes, where another one that it uses shares its memory.

    Raises:
        SharedMemory: if it does.
    """
    if isinstance(changed, np.ndarray) and isinstance(other, np.ndarray) and np.shares_memory(changed, other):
        raise SharedMemory(
            f"checkpointed code changes {name}, which shares memory with {with_name}\n"
            "  Take the view inside that code, or copy it before."
        )


def _copied(value: Any, made: dict[int, Any]) -> Any:
    if isinstance(value, (list, dict)):
        if id(value) not in made:
            # Of its class, with what that has besides: an ordered dictionary, one with a default, a counter.
            plain = value.copy()
            kept = made[id(value)] = plain if type(plain) is type(value) else type(value)(value)
            put: Any = dict.__setitem__ if isinstance(value, dict) else list.__setitem__
            items: Any = dict.items(value) if isinstance(value, dict) else enumerate(list.__iter__(value))
            for place, item in list(items):
                put(kept, place, _copied(item, made))
        return made[id(value)]
    if isinstance(value, tuple):
        return tuple([_copied(v, made) for v in value])
    if not isinstance(value, np.ndarray):
        return value.renewed(lambda held: _copied(held, made)) if _is_record(value) else value
    owner = _owner(value)
    if id(owner) not in made:
        made[id(owner)] = owner.copy(order="K")
    return _window(value, owner, made[id(owner)])


def _is_record(value: Any) -> bool:
    """Is this the record of a call that was resolved when it ran (`runtime.dispatch`)?"""
    return type(value).__module__ == "adjoint.runtime.dispatch"


def _owner(array: Any) -> Any:
    """The array whose memory an array is a view of, or the array itself."""
    base = array.base
    while base is not None:
        # What `as_strided` gives holds its array by an object of NumPy's own.
        array, base = (base, base.base) if isinstance(base, np.ndarray) else (array, getattr(base, "base", None))
    return array


def _window(value: Any, owner: Any, copy: Any) -> Any:
    """The part of `copy`, laid out as `owner`, that `value` is of `owner`."""
    if owner is value:
        return copy
    start = value.__array_interface__["data"][0] - owner.__array_interface__["data"][0]
    # Axes from the longest stride to the shortest: then the cells lie in the order of memory.
    memory = copy.transpose(sorted(range(copy.ndim), key=lambda k: -copy.strides[k])).reshape(-1)
    return np.ndarray(value.shape, value.dtype, memory.data, start, value.strides)
