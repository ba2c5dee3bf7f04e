def f_grad(x, out_bar=1.0):
    y = np.zeros(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = y[i - 1] * x[i]

    # return y.sum()
    y_bar = np.full(y.shape, out_bar)
    x_bar = np.zeros_like(x)
    for i in range(len(x) - 1, 0, -1):
        # y[i] = y[i - 1] * x[i]
        t_bar = y_bar[i]
        y_bar[i] = 0.0
        x_bar[i] += t_bar * y[i - 1]
        y_bar[i - 1] += t_bar * x[i]
    # y[0] = x[0]
    x_bar[0] += y_bar[0]
    return x_bar
