def f_grad(a, out_bar=1.0):
    x_stack = []
    trips_stack = []
    for i in range(len(a)):
        t = a[i]
        x = 1.0
        trips = 0
        while abs(x * x - t) > 1e-12:
            x_stack.append(x)
            x = (x + t / x) / 2
            trips += 1
        trips_stack.append(trips)

    # return s
    top = len(x_stack)
    a_bar = np.zeros_like(a)
    for i in range(len(a) - 1, -1, -1):
        trips = trips_stack[i]
        # s += newton(1.0, a[i])
        x_bar = out_bar
        t = a[i]
        t_bar = 0.0
        for _ in range(trips):
            top -= 1
            x = x_stack[top]
            t_1_bar = x_bar / 2
            t_bar += t_1_bar / x
            x_bar = t_1_bar - t_1_bar * t / x / x
        a_bar[i] += t_bar
    return a_bar
