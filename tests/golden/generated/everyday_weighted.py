def weighted_forward(A, w):
    t = []
    if len(w) != len(A):
        raise ValueError("zip() arguments differ in length")
    for k in range(len(w)):
        w_k = w[k]
        row = A[k]
        t.append(w_k * row)
    t_1 = np.tanh(sum(t))
    return t_1, (t_1,)

def weighted_reverse(A, w, record, out_bar):
    (t_1,) = record
    # return np.tanh(sum(w_k * row for w_k, row in zip(w, A, strict=True)))
    t_bar = out_bar * (1 - t_1**2)
    A_bar = np.zeros_like(A)
    w_bar = np.zeros_like(w)
    for k in range(len(w) - 1, -1, -1):
        w_k = w[k]
        row = A[k]
        A_bar[k] += t_bar * w_k
        w_bar[k] += np.sum(t_bar * row)
    return A_bar, w_bar
