def f_grad(a, out_bar=1.0):
    b = a * 2
    trips = 0
    while np.linalg.norm(b) < 1000:
        b = b * 2
        trips += 1

    c_bar = np.full(a.shape, out_bar)  # return c.sum()
    if b.sum() > 0:
        b_bar = c_bar  # c = b if b.sum() > 0 else 100 * b
    else:
        b_bar = 100 * c_bar  # c = b if b.sum() > 0 else 100 * b
    for _ in range(trips):
        b_bar = 2 * b_bar  # b = b * 2
    return 2 * b_bar  # b = a * 2
