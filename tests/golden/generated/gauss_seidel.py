def f_grad(u, sweeps, out_bar=1.0):
    v = u.copy()
    for s in range(sweeps):
        for i in range(1, v.shape[0] - 1):
            for j in range(1, v.shape[1] - 1):
                v[i, j] = (v[i - 1, j] + v[i, j - 1] + v[i + 1, j] + v[i, j + 1]) / 4

    v_bar = 2 * out_bar * v  # return (v * v).sum()
    for _ in range(sweeps):
        for i in range(v.shape[0] - 2, 0, -1):
            for j in range(v.shape[1] - 2, 0, -1):
                # v[i, j] = (v[i - 1, j] + v[i, j - 1] + v[i + 1, j] + v[i, j + 1]) / 4
                t_bar = v_bar[i, j] / 4
                v_bar[i, j] = 0.0
                v_bar[i, j + 1] += t_bar
                v_bar[i + 1, j] += t_bar
                v_bar[i, j - 1] += t_bar
                v_bar[i - 1, j] += t_bar
    return v_bar  # v = u.copy()
