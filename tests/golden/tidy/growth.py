def growth_grad(x, r, out_bar=1.0):
    y = np.zeros(len(r))
    y[0] = x
    for i in range(1, len(r)):
        y[i] = y[i - 1] * (1 + r[i] * (1 - y[i - 1]))
    y_bar = np.zeros(len(y))
    y_bar += out_bar
    for i in range(len(r) - 1, 0, -1):
        t = r[i]
        t_bar = y_bar[i]
        y_bar[i] = 0.0
        y_bar[i - 1] += t_bar * (1 + t * (1 - y[i - 1])) - t_bar * y[i - 1] * t
    return y_bar[0]
