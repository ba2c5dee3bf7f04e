def f_grad(x, r, out_bar=1.0):
    y = np.zeros(len(r))
    y[0] = x
    for i in range(1, len(r)):
        y[i] = y[i - 1] * (1 + r[i] * (1 - y[i - 1]))

    # return y.sum()
    y_bar = np.full(y.shape, out_bar)
    r_bar = np.zeros_like(r)
    for i in range(len(r) - 1, 0, -1):
        # y[i] = y[i - 1] * (1 + r[i] * (1 - y[i - 1]))
        t_bar = y_bar[i]
        y_bar[i] = 0.0
        t = 1 - y[i - 1]
        t_1_bar = t_bar * y[i - 1]
        r_bar[i] += t_1_bar * t
        y_bar[i - 1] += t_bar * (1 + r[i] * t) - t_1_bar * r[i]
    return y_bar[0], r_bar  # y[0] = x
