def f_grad(w, x, y, delta, out_bar=1.0):
    w_bar = 0.0  # return total
    for i in range(len(x) - 1, -1, -1):
        r = w * x[i] - y[i]
        if abs(r) <= delta:
            r_bar = out_bar * r  # total += r * r / 2
        else:
            # total += delta * (abs(r) - delta / 2)
            r_bar = out_bar * delta * np.sign(r)
        w_bar += r_bar * x[i]  # r = w * x[i] - y[i]
    return w_bar
