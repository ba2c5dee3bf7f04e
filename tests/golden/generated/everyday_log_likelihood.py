def log_likelihood_grad(S, y, out_bar=1.0):
    t_1_stack = []
    t_2_stack = []
    for k in range(len(y)):
        t_1_stack.append(S + np.eye(len(S)) * k)
        t_2_stack.append(np.linalg.solve(S, y[k]))

    # return total
    S_bar = np.zeros_like(S)
    y_bar = np.zeros_like(y)
    for k in range(len(y) - 1, -1, -1):
        t = t_2_stack[k]
        # total -= 0.5 * (y[k] @ np.linalg.solve(S, y[k]) + logdet)
        t_bar = -0.5 * out_bar
        b_bar = np.linalg.solve(S.T, t_bar * y[k])
        y_bar[k] += b_bar + t_bar * t
        # sign, logdet = np.linalg.slogdet(S + np.eye(len(S)) * k)
        S_bar += t_bar * np.linalg.inv(t_1_stack[k]).T - np.outer(b_bar, t)
    return S_bar, y_bar
