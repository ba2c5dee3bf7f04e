def f_grad(u, steps, k, out_bar=1.0):
    a = u.copy()
    b = u.copy()
    for t in range(steps):
        b[1:-1] = a[1:-1] + k * (a[:-2] - 2 * a[1:-1] + a[2:])
        a, b = b, a

    # return a @ a
    a_bar = 2 * out_bar * a
    b_bar = np.zeros_like(u)
    for _ in range(steps):
        a_bar, b_bar = b_bar, a_bar  # a, b = b, a
        # b[1:-1] = a[1:-1] + k * (a[:-2] - 2 * a[1:-1] + a[2:])
        t_bar = b_bar[1:-1].copy()
        b_bar[1:-1] = 0.0
        t_1_bar = t_bar * k
        a_bar[2:] += t_1_bar
        a_bar[1:-1] -= 2 * t_1_bar
        a_bar[:-2] += t_1_bar
        a_bar[1:-1] += t_bar
    u_bar = b_bar  # b = u.copy()
    # a = u.copy()
    u_bar += a_bar
    return u_bar
