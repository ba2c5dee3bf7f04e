"""Functions of `scipy.signal` whose derivative is zero, and those without one, with the reason that messages give."""

from __future__ import annotations

from scipy import signal

from adjoint.rules import late
from adjoint.rules.declare import constant

REASONS = {
    "bessel besselap butter buttord cheb1ap cheb1ord cheb2ap cheb2ord cheby1 cheby2 ellip ellipap ellipord firls "
    "firwin firwin2 firwin_2d iircomb iirdesign iirfilter remez gammatone kaiserord band_stop_obj minimum_phase "
    "findfreqs savgol_coeffs get_window closest_STFT_dual_window": (
        "how a design changes with its parameters is not known here: make filters and windows outside the function"
    ),
    "place_poles": "it is found by an iteration that is not followed: place the poles outside the function",
    "abcd_normalize bode cont2discrete dbode dfreqresp dimpulse dlsim dstep freqresp impulse lsim step": (
        "it makes or takes a system as an object: use `signal.freqz`, `signal.lfilter` or `scipy.linalg.expm`"
    ),
    "tf2zpk sos2zpk zpk2sos tf2sos tf2ss ss2tf ss2zpk zpk2ss lp2bp lp2bs": (
        "it pairs or orders by values, or cuts zeros off: use `np.roots` and `np.poly`, or convert outside the function"
    ),
    "residue residuez invres invresz unique_roots": "which roots count as one changes in jumps with the coefficients",
    "find_peaks peak_prominences peak_widths": (
        "it chooses places, and measures there: find the places outside, or by `signal.argrelmax`, and take `x[places]`"
    ),
    "envelope": "use `np.abs(signal.hilbert(x))`, which has a derivative",
    "lombscargle": "its derivative is not known here: write out its sums of `np.cos` and `np.sin`",
}

constant(
    signal.argrelextrema, signal.argrelmax, signal.argrelmin, signal.buttap, signal.check_COLA, signal.check_NOLA,
    signal.choose_conv_method, signal.correlation_lags, signal.find_peaks_cwt, signal.max_len_seq, signal.square,
    signal.unit_impulse,
)  # fmt: skip
late.refuse(signal, REASONS)
