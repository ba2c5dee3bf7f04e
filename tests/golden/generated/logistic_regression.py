def f_grad(w, X, y, out_bar=1.0):
    p = 1 / (1 + np.exp(-(X @ w)))

    # return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    t_bar = np.full(y.shape, -out_bar / y.size)
    # p = 1 / (1 + np.exp(-(X @ w)))
    return X.T @ ((t_bar * y / p - t_bar * (1 - y) / (1 - p)) * (p * (1 - p)))
