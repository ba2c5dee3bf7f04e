def f_grad(W1, b1, W2, b2, X, Y, out_bar=1.0):
    h = np.tanh(X @ W1 + b1)
    z = h @ W2 + b2
    t = np.exp(z)
    t_1 = t.sum(axis=1)
    log_sum = np.log(t_1)

    # return np.mean(log_sum - (Y * z).sum(axis=1))
    t_bar = np.full(log_sum.shape, out_bar / log_sum.size)
    # log_sum = np.log(np.exp(z).sum(axis=1))
    z_bar = (t_bar / t_1)[:, None] * t - t_bar[:, None] * Y
    b2_bar = np.sum(z_bar, axis=0)  # z = h @ W2 + b2
    # h = np.tanh(X @ W1 + b1)
    t_bar = z_bar @ W2.T * (1 - h**2)
    return X.T @ t_bar, np.sum(t_bar, axis=0), h.T @ z_bar, b2_bar
