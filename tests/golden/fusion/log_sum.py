def log_sum_value_and_grad(x, w, out_bar=1.0):
    if w.shape[0] != x.shape[0]:
        raise ValueError("compiled for arguments of other shapes")
    if x.shape[0] <= 0:
        raise ValueError("zero-size array to reduction operation maximum which has no identity")
    m = -np.inf
    for i in range(x.shape[0]):
        m = larger(m, x[i])
    t = np.empty(x.shape[0])
    t_1 = 0.0
    t_3 = 0.0
    for i in range(x.shape[0]):
        t[i] = exp(x[i] - m)
        t_1 = added(t_1, w[i] * t[i])
        t_3 = added(t_3, w[i] * w[i])
    t_2 = m + np.log(t_1) + t_3 / w.shape[0]

    # return m + np.log(np.sum(w * np.exp(x - m))) + np.mean(w * w)
    t_1_bar = out_bar / t_1
    t_4 = 2 * (out_bar / w.size)
    w_bar = np.empty(w.shape[0])
    t_bar = np.empty(w.shape[0])
    t_5 = 0.0
    for i in range(w.shape[0]):
        w_bar[i] = t_4 * w[i] + t_1_bar * t[i]
        t_bar[i] = t_1_bar * w[i] * t[i]
        t_5 = added(t_5, t_bar[i])
    m_bar = out_bar - t_5
    # m = np.max(x)
    wins = np.empty(x.shape[0])
    t_7 = 0.0
    for i in range(x.shape[0]):
        wins[i] = 1.0 if x[i] == m else 0.0
        t_7 = added(t_7, wins[i])
    t_8 = m_bar / t_7
    t_6 = np.empty(t_bar.shape[0])
    for i in range(t_bar.shape[0]):
        t_6[i] = t_bar[i] + wins[i] * t_8
    return t_2, (t_6, w_bar)
