def f_grad(x, c, out_bar=1.0):
    p = 0.0
    p_stack = []
    for k in range(len(c) - 1, -1, -1):
        p_stack.append(p)
        p = p * x + c[k]

    # return p
    p_bar = out_bar
    c_bar = np.zeros_like(c)
    x_bar = 0.0
    for k in range(len(c)):
        # p = p * x + c[k]
        p = p_stack[len(c) - 1 - k]
        c_bar[k] += p_bar
        x_bar += p_bar * p
        p_bar = p_bar * x
    return x_bar, c_bar
