def cholesky_forward(a):
    a = np.copy(a)
    n = a.shape[0]
    a_stack = []
    a_stack_1 = []
    for i in range(n):
        for j in range(i):
            for k in range(j):
                a[i, j] -= a[i, k] * a[j, k]
            a_stack.append(a[i, j])
            a[i, j] = a[i, j] / a[j, j]
        for k in range(i):
            a[i, i] -= a[i, k] * a[i, k]
        a_stack_1.append(a[i, i])
        a[i, i] = np.sqrt(a[i, i])
        for j in range(i + 1, n):
            a[i, j] = 0.0
    return a, (a, a_stack, a_stack_1, n)

def cholesky_reverse(a, record, out_bar):
    a, a_stack, a_stack_1, n = record
    a = a.copy()
    # return a
    a_bar = out_bar.copy()
    top = len(a_stack)
    for i in range(n - 1, -1, -1):
        for j in range(n - 1, i, -1):
            a_bar[i, j] = 0.0  # a[i, j] = 0.0
        # a[i, i] = np.sqrt(a[i, i])
        t_bar = a_bar[i, i]
        a_bar[i, i] = 0.0
        a[i, i] = a_stack_1[i]
        a_bar[i, i] += 0.5 * t_bar / np.sqrt(a[i, i])
        for k in range(i - 1, -1, -1):
            # a[i, i] -= a[i, k] * a[i, k]
            t_bar = -a_bar[i, i]
            a_bar[i, k] += 2 * t_bar * a[i, k]
        for j in range(i - 1, -1, -1):
            top -= 1
            # a[i, j] /= a[j, j]
            t_bar = a_bar[i, j]
            a_bar[i, j] = 0.0
            a[i, j] = a_stack[top]
            t = a[j, j]
            a_bar[j, j] -= t_bar * a[i, j] / t / t
            a_bar[i, j] += t_bar / t
            for k in range(j - 1, -1, -1):
                # a[i, j] -= a[i, k] * a[j, k]
                t_bar = -a_bar[i, j]
                a_bar[j, k] += t_bar * a[i, k]
                a_bar[i, k] += t_bar * a[j, k]
    return (a_bar,)
