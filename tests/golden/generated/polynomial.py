def f_grad(x, y, out_bar=1.0):
    u = x * x - y
    v = 1 - x

    u_bar = 100 * out_bar * (2 * u)  # return 100 * u**2 + v**2
    return 2 * u_bar * x - out_bar * (2 * v), -u_bar  # u = x * x - y
