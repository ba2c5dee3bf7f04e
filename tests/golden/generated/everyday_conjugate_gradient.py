def conjugate_gradient_forward(A, b):
    x = np.zeros_like(b)
    r = b - A @ x
    p = r
    q_stack = []
    t_stack = []
    t_1_stack = []
    new_stack = []
    t_2_stack = []
    t_3_stack = []
    p_stack = []
    r_stack = []
    x_old = x
    for _ in range(3):
        q = A @ p
        q_stack.append(q)
        t = r @ r
        t_stack.append(t)
        t_1 = p @ q
        t_1_stack.append(t_1)
        step = t / t_1
        x = x + step * p
        new = r - step * q
        new_stack.append(new)
        t_2 = new @ new
        t_2_stack.append(t_2)
        t_3 = r @ r
        t_3_stack.append(t_3)
        p_stack.append(p)
        p = new + t_2 / t_3 * p
        r_stack.append(r)
        r = new
    return (
        x, (new_stack, p_stack, q_stack, r_stack, t_stack, t_1_stack, t_2_stack, t_3_stack, x_old)
    )

def conjugate_gradient_reverse(A, b, record, out_bar):
    new_stack, p_stack, q_stack, r_stack, t_stack, t_1_stack, t_2_stack, t_3_stack, x_old = record
    # return x
    A_bar = np.zeros_like(A)
    p_bar = np.zeros_like(b)
    r_bar = np.zeros_like(b)
    for k in range(2, -1, -1):
        new = new_stack[k]
        q = q_stack[k]
        t = t_1_stack[k]
        t_1 = t_2_stack[k]
        t_2 = t_3_stack[k]
        r = r_stack[k]  # r = new
        # p = new + (new @ new) / (r @ r) * p
        p = p_stack[k]
        t_1_bar = np.sum(p_bar * p)
        new_bar = r_bar + p_bar + 2 * (t_1_bar / t_2) * new
        # new = r - step * q
        t_2_bar = -new_bar
        step = t_stack[k] / t
        step_bar = np.sum(t_2_bar * q) + np.sum(out_bar * p)  # x = x + step * p
        # step = r @ r / (p @ q)
        t_bar = -step_bar * t_stack[k] / t / t
        q_bar = t_2_bar * step + t_bar * p
        r_bar = new_bar - 2 * (t_1_bar * t_1 / t_2 / t_2) * r + 2 * (step_bar / t) * r
        # q = A @ p
        A_bar += np.outer(q_bar, p)
        p_bar = p_bar * (t_1 / t_2) + out_bar * step + t_bar * q + A.T @ q_bar
    x = x_old
    r_bar += p_bar  # p = r
    # r = b - A @ x
    A_bar += np.outer(-r_bar, x)
    return A_bar, r_bar
