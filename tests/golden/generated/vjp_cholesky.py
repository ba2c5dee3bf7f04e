def cholesky_forward(a):
    a = np.copy(a)
    n = a.shape[0]
    for i in range(n):
        for j in range(i):
            for k in range(j):
                a[i, j] -= a[i, k] * a[j, k]
            a[i, j] = a[i, j] / a[j, j]
        for k in range(i):
            a[i, i] -= a[i, k] * a[i, k]
        a[i, i] = np.sqrt(a[i, i])
        for j in range(i + 1, n):
            a[i, j] = 0.0
    return a, (a, n)

def cholesky_reverse(a, record, out_bar):
    a, n = record
    a_bar = out_bar.copy()  # return a
    for i in range(n - 1, -1, -1):
        for j in range(n - 1, i, -1):
            a_bar[i, j] = 0.0  # a[i, j] = 0.0
        a_bar[i, i] = 0.5 * a_bar[i, i] / a[i, i]  # a[i, i] = np.sqrt(a[i, i])
        for k in range(i - 1, -1, -1):
            # a[i, i] -= a[i, k] * a[i, k]
            t_bar = -a_bar[i, i]
            a_bar[i, k] += 2 * t_bar * a[i, k]
        for j in range(i - 1, -1, -1):
            # a[i, j] /= a[j, j]
            t_bar = a_bar[i, j]
            a_bar[i, j] = 0.0
            a_bar[j, j] -= t_bar * a[i, j] / a[j, j]
            a_bar[i, j] += t_bar / a[j, j]
            for k in range(j - 1, -1, -1):
                # a[i, j] -= a[i, k] * a[j, k]
                t_bar = -a_bar[i, j]
                a_bar[j, k] += t_bar * a[i, k]
                a_bar[i, k] += t_bar * a[j, k]
    return (a_bar,)
