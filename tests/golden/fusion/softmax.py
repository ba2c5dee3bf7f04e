def softmax_forward(x):
    if x.shape[1] <= 0 and x.shape[0] > 0:
        raise ValueError("zero-size array to reduction operation maximum which has no identity")
    t = np.empty((x.shape[0], 1))
    e = np.empty((x.shape[0], x.shape[1]))
    t_1 = np.empty((e.shape[0], 1))
    t_2 = np.empty((e.shape[0], e.shape[1]))
    for i in range(x.shape[0]):
        top = -np.inf
        for j in range(x.shape[1]):
            top = larger(top, x[i, j])
        t[i, 0] = top
        total = 0.0
        cell = t[i, 0]
        for j in range(x.shape[1]):
            e[i, j] = exp(x[i, j] - cell)
            total = added(total, e[i, j])
        t_1[i, 0] = total
        cell_1 = t_1[i, 0]
        for j in range(e.shape[1]):
            t_2[i, j] = e[i, j] / cell_1
    return t_2, (e, t, t_1)

def softmax_reverse(x, record, out_bar):
    if out_bar.shape[0] != x.shape[0] or out_bar.shape[1] != x.shape[1]:
        raise ValueError("compiled for arguments of other shapes")
    e, t, t_1 = record
    # return e / np.sum(e, axis=-1, keepdims=True)
    t_2_bar = np.empty(out_bar.shape[1])
    wins = np.empty(x.shape[1])
    t_4 = np.empty((out_bar.shape[0], out_bar.shape[1]))
    for i in range(out_bar.shape[0]):
        total = 0.0
        cell = t_1[i, 0]
        for j in range(out_bar.shape[1]):
            total = added(total, -out_bar[i, j] * e[i, j] / cell / cell)
        t_2 = total
        # e = np.exp(x - np.max(x, axis=-1, keepdims=True))
        total_1 = 0.0
        cell_1 = t_1[i, 0]
        for j in range(out_bar.shape[1]):
            t_2_bar[j] = (out_bar[i, j] / cell_1 + t_2) * e[i, j]
            total_1 = added(total_1, t_2_bar[j])
        t_3 = total_1
        t_bar = -t_3
        total_2 = 0.0
        for j in range(x.shape[1]):
            wins[j] = 1.0 if x[i, j] == t[i, 0] else 0.0
            total_2 = added(total_2, wins[j])
        t_5 = total_2
        for j in range(out_bar.shape[1]):
            t_4[i, j] = t_2_bar[j] + wins[j] * (t_bar / t_5)
    return (t_4,)
