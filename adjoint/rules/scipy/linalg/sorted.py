"""Functions of `scipy.linalg` without a derivative, or of which none is known here: the reason that messages give."""

from __future__ import annotations

from scipy import linalg

from adjoint.rules import late

REASONS = {
    "find_best_blas_type get_blas_funcs get_lapack_funcs": (
        "it gives functions of BLAS or LAPACK, which are no numbers: call those of scipy.linalg"
    ),
    "clarkson_woodruff_transform": "it draws a random matrix: make one outside the function, and multiply with it",
    "schur rsf2csf cdf2rdf qz ordqz": (
        "the derivative of Schur forms is not known here: their eigenvalues have one, `np.linalg.eigvals`"
    ),
    "hessenberg": "the derivative of a Hessenberg form is not known here: use `linalg.qr` or `np.linalg.eigvals`",
    "cossin": "the derivative of this decomposition is not known here: use `np.linalg.svd` of the blocks",
    "ldl": "which rows its pivots take changes in jumps: use `linalg.cholesky` or `linalg.lu`",
    "qr_delete qr_insert qr_update": (
        "the derivative of an updated decomposition is not known here: use `linalg.qr` of the changed matrix"
    ),
    "funm": (
        "it computes with what the function gives for single eigenvalues: use the eigenvectors, "
        "`w, v = np.linalg.eig(A)` and `(v * f(w)) @ np.linalg.inv(v)`"
    ),
}

late.refuse(linalg, REASONS)
