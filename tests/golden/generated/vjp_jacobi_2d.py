def jacobi_2d_forward(a, b, steps):
    a = np.copy(a)
    b = np.copy(b)
    for t in range(steps):
        b[1:-1, 1:-1] = (
            0.2 * (a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1])
        )
        a[1:-1, 1:-1] = (
            0.2 * (b[1:-1, 1:-1] + b[1:-1, :-2] + b[1:-1, 2:] + b[2:, 1:-1] + b[:-2, 1:-1])
        )
    return a, (b,)

def jacobi_2d_reverse(a, b, steps, record, out_bar):
    (b,) = record
    # return a
    a_bar = out_bar.copy()
    b_bar = np.zeros_like(b)
    for _ in range(steps):
        # a[1:-1, 1:-1] = 0.2 * (b[1:-1, 1:-1] + b[1:-1, :-2] + b[1:-1, 2:] + b[2:, 1:-1] + b[:-2, 1:-1])
        t_bar = 0.2 * a_bar[1:-1, 1:-1]
        a_bar[1:-1, 1:-1] = 0.0
        b_bar[:-2, 1:-1] += t_bar
        b_bar[2:, 1:-1] += t_bar
        b_bar[1:-1, 2:] += t_bar
        b_bar[1:-1, :-2] += t_bar
        b_bar[1:-1, 1:-1] += t_bar
        # b[1:-1, 1:-1] = 0.2 * (a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1])
        t_bar = 0.2 * b_bar[1:-1, 1:-1]
        b_bar[1:-1, 1:-1] = 0.0
        a_bar[:-2, 1:-1] += t_bar
        a_bar[2:, 1:-1] += t_bar
        a_bar[1:-1, 2:] += t_bar
        a_bar[1:-1, :-2] += t_bar
        a_bar[1:-1, 1:-1] += t_bar
    return a_bar, b_bar
