"""Why statements of `adjoint/tidy` could be deleted unnoticed: read in the code, or tried."""

from __future__ import annotations

# By module: the function, the statement (or how it begins), the kind of reason, and the reason.
TIDY: dict[str, tuple[tuple[str, str, str, str], ...]] = {
}  # fmt: skip
