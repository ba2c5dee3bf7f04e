def stencil_forward(a, b, steps):
    if b.shape[0] != a.shape[0] or b.shape[1] != a.shape[1]:
        raise ValueError("compiled for arguments of other shapes")
    a = np.copy(a)
    b = np.copy(b)
    for _ in range(steps):
        for i in range(b.shape[0] - 2):
            for j in range(b.shape[1] - 2):
                b[i + 1, j + 1] = (
                    0.2
                    * (
                        a[i + 1, j + 1]
                        + a[i + 1, j]
                        + a[i + 1, j + 2]
                        + a[i + 2, j + 1]
                        + a[i, j + 1]
                    )
                )
        for i in range(a.shape[0] - 2):
            for j in range(a.shape[1] - 2):
                a[i + 1, j + 1] = (
                    0.2
                    * (
                        b[i + 1, j + 1]
                        + b[i + 1, j]
                        + b[i + 1, j + 2]
                        + b[i + 2, j + 1]
                        + b[i, j + 1]
                    )
                )
    return a, (b,)

def stencil_reverse(a, b, steps, record, out_bar):
    if (
        b.shape[0] != a.shape[0]
        or b.shape[1] != a.shape[1]
        or out_bar.shape[0] != a.shape[0]
        or out_bar.shape[1] != a.shape[1]
    ):
        raise ValueError("compiled for arguments of other shapes")
    (b_1,) = record
    # return a
    a_bar = out_bar.copy()
    b_bar = np.zeros_like(b_1)
    t_bar = np.zeros((a_bar.shape[0] + 2, a_bar.shape[1] + 2))
    t_bar_1 = np.zeros((b_bar.shape[0] + 2, b_bar.shape[1] + 2))
    for _ in range(steps):
        # a[1:-1, 1:-1] = 0.2 * (b[1:-1, 1:-1] + b[1:-1, :-2] + b[1:-1, 2:] + b[2:, 1:-1] + b[:-2, 1:-1])
        for i in range(a_bar.shape[0] - 2):
            for j in range(a_bar.shape[1] - 2):
                t_bar[i + 2, j + 2] = 0.2 * a_bar[i + 1, j + 1]
                a_bar[i + 1, j + 1] = 0.0
        for i in range(b_bar.shape[0]):
            for j in range(b_bar.shape[1]):
                b_bar[i, j] += (
                    t_bar[i + 2, j + 1]
                    + t_bar[i, j + 1]
                    + t_bar[i + 1, j]
                    + t_bar[i + 1, j + 2]
                    + t_bar[i + 1, j + 1]
                )
        # b[1:-1, 1:-1] = 0.2 * (a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1])
        for i in range(b_bar.shape[0] - 2):
            for j in range(b_bar.shape[1] - 2):
                t_bar_1[i + 2, j + 2] = 0.2 * b_bar[i + 1, j + 1]
                b_bar[i + 1, j + 1] = 0.0
        for i in range(a_bar.shape[0]):
            for j in range(a_bar.shape[1]):
                a_bar[i, j] += (
                    t_bar_1[i + 2, j + 1]
                    + t_bar_1[i, j + 1]
                    + t_bar_1[i + 1, j]
                    + t_bar_1[i + 1, j + 2]
                    + t_bar_1[i + 1, j + 1]
                )
    return a_bar, b_bar
