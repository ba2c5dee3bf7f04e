"""The object that `grad`, `value_and_grad`, `vjp` and `jacobian` return.

It stands in the place of the function that it was made of: name, documentation and signature are that one's, it is
bound like a method in a class body, and it is pickled by name. `__wrapped__` is the primal.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType, MethodType
from typing import Any, Generic, ParamSpec, TypeVar

from adjoint import arguments, entries, orders
from adjoint.backends.option import Backend, Numba, backend_of, python_of
from adjoint.binding import Parameters, Wrt, parameters_of, resolve_wrt
from adjoint.caching import Entry, all_compiled, cache_of, explain, kept_with
from adjoint.classes import replace
from adjoint.errors import REFUSALS, SourceNotFound, UnsupportedArgument, UnsupportedSyntax
from adjoint.guards import guard
from adjoint.outcome import PLAIN, Outcome
from adjoint.runtime.objects import global_name

P = ParamSpec("P")
R = TypeVar("R", covariant=True)
AGAIN: frozenset[entries.Mode] = frozenset(
    ["grad", "value_and_grad", "jacobian", "jacfwd", "jacauto", "elementwise"]
)  # what may be differentiated again
_OTHER: Mapping[entries.Mode, entries.Mode] = {"jacfwd": "jacobian", "jacauto": "jacfwd"}


class Gradient(Generic[P, R]):
    """A function's derivative, compiled when it is called and once for arguments of the same kinds.

    `mode` says what a call returns; `skipped` is the number of leading parameters that positions in `wrt` do not count,
    the receiver of a method; `outcome` what counts as the function's result.
    """

    __wrapped__: Callable[P, Any]
    _latest: Entry | None  # what the last call ran: the next one is mostly alike

    def __init__(
        self,
        function: Callable[P, Any],
        wrt: Wrt,
        mode: entries.Mode,
        skipped: int = 0,
        outcome: Outcome = PLAIN,
        backend: Backend = None,
    ) -> None:
        inner, prefix = _unbound(function)
        functools.update_wrapper(self, function, updated=())
        self._given = function
        self._wrt = tuple(wrt) if isinstance(wrt, list) else wrt
        self._mode: entries.Mode = mode
        self._given_backend = backend
        self._backend = backend_of(backend)
        self._inner: FunctionType | Gradient[..., Any] = inner
        if isinstance(inner, Gradient):  # differentiated is the text, whatever runs it elsewhere
            self._backend = inner.backend if backend is None else self._backend
            self._inner = inner.plain
        self._prefix = prefix
        self._skipped = skipped + len(prefix)
        self._outcome = outcome
        self._as_method: Gradient[..., R] | None = None
        self._read()

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        values: Any = self._prefix + args
        if kwargs or len(values) != self._count:
            values = self._bind(values, kwargs)
        entry = self._latest
        if entry is None or not entry.fits(*values) or not entry.fresh():
            entry = self._cache.exact.get(self._key(*values))
            if entry is None or not entry.fresh():
                values, entry = self._find(values)
            self._latest = entry
        try:
            return entry.finish(entry.run(*values))  # type: ignore[no-any-return]
        except Exception as exc:  # whatever the user's code raises is raised again
            explain(exc, entry.compiled)
            raise

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """Bind like a function does; positions in `wrt` then count from behind the receiver."""
        if self._as_method is None:
            self._as_method = type(self)(
                self._given, self._wrt, self._mode, self._skipped + 1, self._outcome, self._given_backend
            )
        return self._as_method if instance is None else MethodType(self._as_method, instance)

    def __repr__(self) -> str:
        return f"<{entries.said(self._mode)} of {self.title} by {', '.join(self.wrt)}>"

    def __reduce__(self) -> str | tuple[Any, ...]:
        """Pickle by name what a name leads to, and the rest by what it was made of."""
        made_of = self._given, self._wrt, self._mode, self.skipped, self._outcome, self._given_backend
        return global_name(self) or (type(self), made_of)

    def into(self, *buffers: Any) -> Callable[P, Any]:
        """Return the same function, but writing each gradient over an array that the caller keeps.

        >>> import numpy as np
        >>> from adjoint import grad
        >>> def loss(w):
        ...     return (w * w).sum()
        >>> kept = np.empty(2)
        >>> grad(loss).into(kept)(np.array([1.0, 2.0])) is kept
        True
        >>> kept
        array([2., 4.])
        """
        from adjoint.buffers import Writer

        return Writer(self, buffers, add=False)

    def add_to(self, *buffers: Any) -> Callable[P, Any]:
        """Return the same function, but adding each gradient to an array that the caller keeps."""
        from adjoint.buffers import Writer

        return Writer(self, buffers, add=True)

    def compiled(self, *args: P.args, **kwargs: P.kwargs) -> Callable[..., Any]:
        """Return the generated function for arguments of these kinds, as it is: no checks, no copies.

        With `backend="numba"` it is one that Numba's own functions may call: it takes the parts of arguments (of a
        dictionary, say) one by one, and what stands outside is what it was now.
        """
        compiled = self.entry(*args, **kwargs)[1].compiled
        closed = compiled.native[0].closed if compiled.native else None
        run: Callable[..., Any] = compiled.run if closed is None else closed()
        return run

    def generated(self, kinds: tuple[Any, ...]) -> FunctionType:
        """Return the generated function for these kinds: what a gradient of this gradient differentiates."""
        self._refresh()
        return self._generated(kinds)[0]

    def kind_of_result(self, kinds: Sequence[Any]) -> Any:
        """The kind of what a call with arguments of these kinds gives, as far as it is known."""
        from adjoint.analysis.kinds import UNKNOWN, Number, TupleOf, derivatives_by
        from adjoint.calls.results import kind_of_call

        if self._mode not in ("grad", "value_and_grad"):
            return UNKNOWN
        places = [self.parameters.index(n) for n in self._names]
        found = derivatives_by(kinds, places, self._single)
        if self._mode == "grad":
            return found
        value = UNKNOWN if self.inner is not None else kind_of_call(self.primal, kinds)
        return TupleOf((value if isinstance(value, Number) else UNKNOWN, found))

    def repeats_nothing(self) -> bool:
        """May the function run a second time, as far as its text tells?"""
        from adjoint.rules import looked

        return bool(kept_with(self.primal, "pure", lambda: looked.is_pure(self.primal)))

    # What the interface's other parts ask

    @property
    def title(self) -> str:
        """The primal's name, as messages give it."""
        return self._parameters.function.__name__

    @property
    def wrt(self) -> tuple[str, ...]:
        """The names of the parameters that the gradient is by."""
        return self._names

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of all parameters."""
        return self._parameters.names

    @property
    def single(self) -> bool:
        """True where `wrt` is one parameter, so that a call gives one gradient and no tuple."""
        return self._single

    @property
    def inner(self) -> Gradient[..., Any] | None:
        """The gradient that this one differentiates, None where it is of a plain function."""
        return self._inner if isinstance(self._inner, Gradient) else None

    @property
    def mode(self) -> entries.Mode:
        return self._mode

    @property
    def backend(self) -> Numba | None:
        """What compiles the generated text further, None where Python runs it."""
        return self._backend

    @property
    def plain(self) -> Gradient[..., Any]:
        """The same derivative, its text run by Python."""
        if self._backend is None:
            return self
        return Gradient(self._given, self._wrt, self._mode, self.skipped, self._outcome, "python")

    @property
    def plainly(self) -> tuple[Any, Wrt] | None:
        """What is differentiated, and by what, as it was asked for; None where there was more to it."""
        return (self._given, self._wrt) if self._outcome == PLAIN and not self.skipped else None

    @property
    def has_aux(self) -> bool:
        """True where the function returns a pair, of which the first half is differentiated."""
        return self._outcome.has_aux

    @property
    def primal(self) -> Any:
        """The function at the bottom: what was differentiated, any number of times."""
        return self._parameters.function

    @property
    def last(self) -> Any:
        """What was compiled last, None before the first call."""
        return self._cache.last

    def values(self, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
        """All arguments of a call, in the order of the parameters."""
        return self._bind(self._prefix + args, kwargs)

    def split(self, values: tuple[Any, ...]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The positional and the keyword arguments of a call from the values of all parameters."""
        return self._parameters.split(values)

    def entry(self, *args: Any, **kwargs: Any) -> tuple[tuple[Any, ...], Entry]:
        """The arguments of a call as generated code takes them, and the entry that runs it."""
        return self._find(self.values(*args, **kwargs))

    def compiled_anew(self, *args: Any, **kwargs: Any) -> Any:
        """What the compiler makes for a call, whatever the cache has."""
        from adjoint.analysis import extents

        values = self.values(*args, **kwargs)
        real = self._real(values)
        kinds, sizes = self._kinds(real(values) if real is not None else values)
        with extents.of_call(sizes), orders.anew():
            return self._compile(kinds)[0]

    def ready(self, *args: Any, **kwargs: Any) -> tuple[tuple[Any, ...], Entry]:
        """The same, looked up as a call does it."""
        values: Any = self._prefix + args
        if kwargs or len(values) != self._count:
            values = self._bind(values, kwargs)
        return self.ready_for(values)

    def ready_for(self, values: tuple[Any, ...]) -> tuple[tuple[Any, ...], Entry]:
        """The same, for the values of all parameters."""
        entry = self._cache.exact.get(self._key(*values))
        if entry is None or not entry.fresh():
            return self._find(values)
        return values if entry.real is None else entry.real(values), entry

    @property
    def skipped(self) -> int:
        """How many leading parameters positions in `wrt` do not count, besides those of a bound method's receiver."""
        return self._skipped - len(self._prefix)

    def variant(self, kinds: tuple[Any, ...]) -> tuple[Any, Callable[[], bool]]:
        """What was compiled for arguments of these kinds, and the guard that tells whether it still holds."""
        self._refresh()
        return self._cache.variant(kinds, lambda: self._compile(kinds))

    # Details

    def _read(self) -> None:
        """Read the signature and find the cache that belongs to it."""
        parameters = self._inner._parameters if isinstance(self._inner, Gradient) else parameters_of(self._inner)
        self._parameters: Parameters = parameters
        self._names = resolve_wrt(parameters, self._wrt, self._skipped)
        if self._outcome.output and isinstance(self._inner, Gradient):
            raise UnsupportedArgument(f"output={self._outcome.output[0]!r}: a gradient leaves nothing in its arguments")
        self._outcome.check(parameters.names, parameters.function.__name__)
        self._key = arguments.key_of(len(parameters.names))
        self._count = parameters.simple
        self._single = isinstance(self._wrt, (int, str))
        self._latest = None
        self._cache = cache_of(self._inner, self._mode, (self._names, self._single, self._outcome, self._backend))

    def _refresh(self) -> None:
        if not self._parameters.current():
            if isinstance(self._inner, Gradient):
                self._inner._refresh()
            self._read()

    def _bind(self, values: tuple[Any, ...], kwargs: Any) -> tuple[Any, ...]:
        self._refresh()
        return self._parameters.bind(*values, **kwargs)

    def _find(self, values: tuple[Any, ...]) -> tuple[tuple[Any, ...], Entry]:
        if not self._parameters.current():
            values = self._bind(values, {})
        names = self._parameters.names
        arguments.check(names, values, self._names, self.title, self._mode in entries.OURS)
        from adjoint.analysis import extents

        real = self._real(values)
        shown = real(values) if real is not None else values
        kinds, sizes = self._kinds(shown)
        with extents.of_call(sizes):
            entry = self._cache.entry(
                self._key(*values),
                kinds,
                lambda: self._compile(kinds),
                lambda *variant: self._ready(values, real, *variant),
            )
        return shown, entry

    def _kinds(self, values: tuple[Any, ...]) -> tuple[tuple[Any, ...], dict[str, int]]:
        """The kinds of a call's arguments, and the sizes in them."""
        from adjoint.analysis.structured import argument_kinds
        from adjoint.analysis.values import Symbols

        size = Symbols()
        places = [self._parameters.names.index(n) for n in self._names]
        return argument_kinds(values, places, self._parameters.rest, size), size.values

    def real_values(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """The values of a call, real numbers for the whole ones that derivatives are by."""
        real = self._real(values)
        return values if real is None else real(values)

    def _real(self, values: tuple[Any, ...]) -> arguments.Real | None:
        """What makes real numbers of the whole ones that derivatives are by; None where there are none."""
        names = self._parameters.names
        by = {*self._names, *(self._inner.all_wrt if isinstance(self._inner, Gradient) else ())}
        whole = [n for n, v in zip(names, values) if n in by and arguments.is_whole(v)]
        if not whole:
            return None
        from adjoint.analysis.structured import argument_kinds

        kinds = argument_kinds(values, [names.index(n) for n in whole], self._parameters.rest)
        numbers = orders.used_as_numbers(self.primal, kinds, whole)
        for name, value in zip(names, values):
            if name in whole and name not in numbers and isinstance(value, (list, tuple, dict)):
                arguments.refuse_whole_numbers(name, self.title)
        return arguments.real([n in numbers for n in names]) if numbers else None

    @property
    def all_wrt(self) -> frozenset[str]:
        """The parameters that this gradient, or one that it is a gradient of, is by."""
        return frozenset(self._names) | (self._inner.all_wrt if isinstance(self._inner, Gradient) else frozenset())

    def _ready(
        self, values: tuple[Any, ...], real: arguments.Real | None, compiled: Any, fresh: Callable[[], bool]
    ) -> Entry:
        names = self._parameters.names
        call = entries.Call(self._mode, self.title, names, self._names, self._single, values, self.extra, self._outcome)
        mode = self._mode_of(compiled)
        call = replace(call, mode=mode, other=self._other(mode))
        entry = entries.ready(call, compiled, fresh)
        entry = replace(entry, fits=arguments.fitting(values))
        return entry if real is None else entries.of_real(entry, real, self._mode)

    @property
    def extra(self) -> tuple[float, ...]:
        """The seeds of the gradients that this one is a gradient of."""
        if isinstance(self._inner, Gradient) and self._inner.mode in ("grad", "value_and_grad"):
            return (*self._inner.extra, 1.0)
        return ()  # those inside other derivatives are put in where their text is made

    def _other(self, chosen: entries.Mode) -> Callable[..., Any] | None:
        """What computes a Jacobian in the mode that was not chosen, from the values of all parameters.

        By columns where that is shorter, None if these need the function to run again, which it may not; by rows where
        columns need so.
        """
        if self._mode not in ("jacfwd", "jacauto") or (self._mode, chosen) == ("jacfwd", "jacobian"):
            return None
        mode: entries.Mode = "jacobian" if chosen == "jacfwd" else "jacfwd"
        gradient: Gradient[..., Any] = Gradient(
            self._given, self._wrt, mode, self.skipped, self._outcome, self._given_backend
        )

        def other(values: tuple[Any, ...]) -> Any:
            try:
                values, entry = gradient.ready_for(values)
            except REFUSALS:
                if mode == "jacfwd":
                    return None
                raise
            if mode == "jacfwd" and entry.compiled.again is not None:
                return None
            return entry.finish(entry.run(*values))

        return other

    def _mode_of(self, compiled: Any) -> entries.Mode:
        """The mode that a compiled variant is in: of a Jacobian, the other one where the first was refused."""
        if self._mode in ("jacfwd", "jacauto"):
            return self._mode if (compiled.reverse is None) == (self._mode == "jacfwd") else _OTHER[self._mode]
        return self._mode

    def _compile(
        self, kinds: tuple[Any, ...], checked: bool = False, again: bool = False
    ) -> tuple[Any, Callable[[], bool]]:
        if not isinstance(self._inner, Gradient):
            return self._compiled(self._inner, kinds, None, checked, again)
        from adjoint.analysis.values import kinds_of

        target, still = self._inner._generated(kinds)
        more = (*kinds, *kinds_of(self.extra))
        try:
            return self._compiled(target, more, still, checked, again)
        except REFUSALS as first:
            try:
                turned = self._inner._turned(kinds, self._names, self._mode in entries.FORWARD)
                if turned is None:
                    raise first
                compiled, fresh = self._compiled(turned, more, still, checked, again)
                return replace(compiled, turned=True), fresh
            except REFUSALS:
                raise first from None

    def _compiled(
        self, target: Any, kinds: tuple[Any, ...], still: Callable[[], bool] | None, checked: bool, again: bool
    ) -> tuple[Any, Callable[[], bool]]:
        """What is compiled of a function for these kinds, and its guard; `still` is that of the function's own text."""
        # A generated function has the same parameters at the same places, some under other names.
        theirs = dict(zip(self._parameters.names, self._parameters.names if still is None else _parameters(target)))
        wrt = tuple(theirs[n] for n in self._names)
        order = orders.Order(
            target, wrt, kinds, self._mode, self._single, self._outcome, self._backend, still is not None
        )
        if again:
            compiled = orders.in_one_piece(order, checked)
        else:
            compiled = orders.kept(order, self.title, self._parameters.names)
        ours = {other: n for n, other in theirs.items()}
        compiled = replace(compiled, changes=tuple(ours.get(n, n) for n in compiled.changes))
        guards = [g for item in all_compiled(compiled) for g in item.guards]
        fresh = guard(guards, [target])
        return compiled, fresh if still is None else lambda: still() and fresh()

    def _generated(self, kinds: tuple[Any, ...]) -> tuple[FunctionType, Callable[[], bool]]:
        """The generated function in one piece, and its guard."""
        if self._mode not in AGAIN:
            raise UnsupportedSyntax(
                f"what `{entries.said(self._mode)}` returns cannot be differentiated\n"
                "  Differentiate what `grad` returns: `jacobian(grad(f))` is the matrix of second derivatives."
            )
        if self._outcome.has_aux:
            raise UnsupportedSyntax(
                "a gradient with `has_aux=True` cannot be differentiated again\n"
                f"  Differentiate a function that returns the value of `{self.title}` only."
            )
        if len(self._names) == 1 and not self._single:
            raise UnsupportedSyntax(
                f"the gradient of `{self.title}` by a tuple of one parameter cannot be differentiated again\n"
                f"  Name the parameter alone: `wrt={self._names[0]!r}`."
            )
        if self._mode not in ("grad", "value_and_grad"):
            return self._by_calls(kinds, resolved=False)
        compiled, fresh = self.variant(kinds)
        # In two pieces: of a function of which only the run can tell that it gives one number.
        if (checked := compiled.reverse is not None) or compiled.checkpointed:
            key = "again", checked, kinds
            compiled, fresh = self._cache.variant(key, lambda: self._compile(kinds, checked, again=True))
        return compiled.run, fresh

    def _by_calls(self, kinds: tuple[Any, ...], resolved: bool) -> tuple[FunctionType, Callable[[], bool]]:
        """A Jacobian or an elementwise derivative as a function that calls what tangents or cotangents are made by.

        With `resolved`, the calls are such as the run resolves.
        """
        from adjoint.calls import derivatives

        if self._outcome != PLAIN:
            raise UnsupportedSyntax(
                f"what `{entries.said(self._mode)}` returns with `output` cannot be differentiated\n"
                "  Let the function return the result."
            )
        make = derivatives.elementwise_text if self._mode == "elementwise" else derivatives.columns_text
        return make(self._inner, self._names[0], kinds, resolved)  # type: ignore[no-any-return]

    def _turned(self, kinds: tuple[Any, ...], by: Sequence[str], forward: bool) -> FunctionType | None:
        """The same as `_generated`, to be differentiated by the parameters `by` in another way: see `_symmetric`."""
        if self._mode not in ("grad", "value_and_grad"):
            return self._by_calls(kinds, resolved=True)[0]
        return self._symmetric(kinds, by, forward)

    def _symmetric(self, kinds: tuple[Any, ...], by: Sequence[str], forward: bool) -> FunctionType | None:
        """The same as `_generated`, to be differentiated by the parameters `by` through tangents of the primal.

        None where that would not be the same: where the primal may not run again, or is a gradient itself.
        """
        from adjoint.calls import symmetric

        compiled, _ = self.variant(kinds)
        if not isinstance(self._inner, FunctionType) or self._backend is not None or compiled.again is not None:
            return None
        if self._parameters.simple < 0 or symmetric.is_complex(kinds):
            return None
        outcome = replace(self._outcome, checked=compiled.reverse is not None)
        names = self._names[0] if self._single else self._names
        pull = symmetric.Symmetric(Gradient(self._inner, names, "pull", outcome=outcome), 1)
        pull.prepare(kinds, tuple([self.parameters.index(n) for n in by]), forward)
        return symmetric.gradient_text(pull, self._mode == "value_and_grad")


def _parameters(generated: FunctionType) -> tuple[str, ...]:
    code = generated.__code__
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def _unbound(function: Any) -> tuple[FunctionType | Gradient[..., Any], tuple[Any, ...]]:
    """The function or gradient at the bottom of a callable, and the receiver that it is bound to."""
    if isinstance(function, (FunctionType, Gradient)):
        return function, ()
    if isinstance(function, MethodType):
        inner, prefix = _unbound(function.__func__)
        return inner, (*prefix, function.__self__)
    if (compiled := python_of(function)) is not None:
        return compiled, ()
    from adjoint.checkpoints import Checkpointed

    if isinstance(function, Checkpointed):
        return _unbound(function.function)  # what is kept of a call is no matter where that is the whole
    if isinstance(function, (staticmethod, classmethod)):
        kind = type(function).__name__
        raise UnsupportedSyntax(f"a {kind} cannot be decorated\n  Write `@{kind}` above the decorator, not below it.")
    if isinstance(getattr(type(function), "__call__", None), FunctionType):  # noqa: B004
        return _unbound(function.__call__)
    name = getattr(function, "__name__", type(function).__name__)
    raise SourceNotFound(
        f"`{name}` is not a Python function\n  Give a function written in Python that calls it: `lambda x: {name}(x)`."
    )
