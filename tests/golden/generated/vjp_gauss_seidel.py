def gauss_seidel_forward(a, sweeps):
    a = np.copy(a)
    n, m = a.shape
    for t in range(sweeps):
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                a[i, j] = (
                    (
                        a[i - 1, j - 1]
                        + a[i - 1, j]
                        + a[i - 1, j + 1]
                        + a[i, j - 1]
                        + a[i, j]
                        + a[i, j + 1]
                        + a[i + 1, j - 1]
                        + a[i + 1, j]
                        + a[i + 1, j + 1]
                    )
                    / 9.0
                )
    return a, (m, n)

def gauss_seidel_reverse(a, sweeps, record, out_bar):
    m, n = record
    a_bar = out_bar.copy()  # return a
    for _ in range(sweeps):
        for i in range(n - 2, 0, -1):
            for j in range(m - 2, 0, -1):
                # a[i, j] = ( a[i - 1, j - 1] + a[i - 1, j] + a[i - 1, j + 1] + a[i, j - …
                t_bar = a_bar[i, j] / 9.0
                a_bar[i, j] = 0.0
                a_bar[i + 1, j + 1] += t_bar
                a_bar[i + 1, j] += t_bar
                a_bar[i + 1, j - 1] += t_bar
                a_bar[i, j + 1] += t_bar
                a_bar[i, j] += t_bar
                a_bar[i, j - 1] += t_bar
                a_bar[i - 1, j + 1] += t_bar
                a_bar[i - 1, j] += t_bar
                a_bar[i - 1, j - 1] += t_bar
    return (a_bar,)
