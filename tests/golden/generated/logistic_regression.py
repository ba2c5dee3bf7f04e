def f_grad(w, X, y, out_bar=1.0):
    t = np.exp(-(X @ w))
    p = 1 / (1 + t)

    # return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    t_bar = np.full(y.shape, -out_bar / y.size)
    p_bar = t_bar * y / p - t_bar * (1 - y) / (1 - p)
    # p = 1 / (1 + np.exp(-(X @ w)))
    return X.T @ (p_bar * (p * np.where(t > 1, 1 - p, p * np.minimum(t, 1.0))))
