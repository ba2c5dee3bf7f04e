def squares_grad(x, out_bar=1.0):
    t = []
    for k in range(len(x)):
        v = x[k]
        t.append((v - 1) ** 2)
    t_1 = np.asarray(t)

    # return np.mean([(v - 1) ** 2 for v in x]) + sum(v**4 for v in x)
    x_bar = np.zeros_like(x)
    for k in range(len(x) - 1, -1, -1):
        x_bar[k] += out_bar * (4 * x[k] ** 3)
    t_bar = list(np.full(t_1.shape, out_bar / t_1.size))
    for k in range(len(x) - 1, -1, -1):
        t_1_bar = t_bar.pop()
        v = x[k]
        x_bar[k] += t_1_bar * (2 * (v - 1))
    return x_bar
