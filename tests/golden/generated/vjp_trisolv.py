def trisolv_forward(low, b):
    n = len(b)
    x = np.zeros(n)
    for i in range(n):
        x[i] = b[i]
        for j in range(i):
            x[i] -= low[i, j] * x[j]
        x[i] = x[i] / low[i, i]
    return x, (n, x)

def trisolv_reverse(low, b, record, out_bar):
    n, x = record
    # return x
    x_bar = out_bar.copy()
    b_bar = np.zeros_like(b)
    low_bar = np.zeros_like(low)
    for i in range(n - 1, -1, -1):
        # x[i] = x[i] / low[i, i]
        t_bar = x_bar[i]
        low_bar[i, i] -= t_bar * x[i] / low[i, i]
        x_bar[i] = t_bar / low[i, i]
        for j in range(i - 1, -1, -1):
            # x[i] -= low[i, j] * x[j]
            t_bar = -x_bar[i]
            x_bar[j] += t_bar * low[i, j]
            low_bar[i, j] += t_bar * x[j]
        # x[i] = b[i]
        b_bar[i] += x_bar[i]
        x_bar[i] = 0.0
    return low_bar, b_bar
