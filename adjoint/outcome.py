"""What counts as the result of a function: what it returns, that without its second half, or arguments that it fills.

    has_aux=True     return loss, steps          the loss is differentiated, the steps are handed to the caller
    output="y"       y[:] = np.sin(x)            ->      y[:] = np.sin(x)
                                                         return y

An output is worked on in a copy, as any argument that changes, and returned.
"""

from __future__ import annotations

from collections.abc import Sequence

from adjoint.classes import dataclass
from adjoint.errors import UnsupportedArgument

Output = str | Sequence[str] | None


@dataclass(frozen=True)
class Outcome:
    """`output` names the arguments that are the result, a tuple of them where `packed`.

    `checked` asks for a test, made when it runs, that the result is one number.
    """

    has_aux: bool = False
    output: tuple[str, ...] = ()
    packed: bool = False
    checked: bool = False

    @classmethod
    def of(cls, has_aux: bool, output: Output) -> Outcome:
        """What the options of a transformation mean.

        >>> Outcome.of(False, "y")
        Outcome(has_aux=False, output=('y',), packed=False, checked=False)

        Raises:
            UnsupportedArgument: for an `output` that is no name, or `output` together with `has_aux`.
        """
        given = [output] if isinstance(output, str) else [] if output is None else output
        names = tuple(given) if isinstance(given, (list, tuple)) else ()
        if not all(isinstance(n, str) for n in names) or (output is not None and not names):
            raise UnsupportedArgument(f"output={output!r}: give the name of a parameter, or a tuple of names")
        if len(set(names)) < len(names):
            raise UnsupportedArgument(f"output={output!r} names a parameter twice")
        if has_aux and names:
            raise UnsupportedArgument("`output` and `has_aux` cannot both be given\n  Name each argument in `output`.")
        return cls(bool(has_aux), names, bool(names) and not isinstance(output, str))

    @property
    def text(self) -> str:
        """The options as text, behind other arguments of a call.

        >>> Outcome.of(False, ("y", "z")).text
        ", output=('y', 'z')"
        """
        named = self.output if self.packed else self.output[0] if self.output else None
        return ", has_aux=True" if self.has_aux else f", output={named!r}" if self.output else ""

    def check(self, names: Sequence[str], title: str) -> None:
        """Refuse outputs that are no parameters.

        Raises:
            UnsupportedArgument: if there is one.
        """
        for name in self.output:
            if name not in names:
                listed = ", ".join(f"`{n}`" for n in names)
                raise UnsupportedArgument(f"output={name!r}: `{title}` has no such parameter; it has {listed}")


PLAIN = Outcome()
