def n_body_forward(position, velocity, mass, dt):
    n = len(mass)
    v = velocity.copy()
    d_stack = []
    t_stack = []
    for i in range(n):
        for j in range(i + 1, n):
            d = position[i] - position[j]
            d_stack.append(d)
            t = np.sum(d * d)
            t_stack.append(t)
            pull = dt / t**1.5
            v[i] -= pull * mass[j] * d
            v[j] += pull * mass[i] * d
    p = position + dt * v
    return np.concatenate((p, v)), (d_stack, n, p, t_stack, v)

def n_body_reverse(position, velocity, mass, dt, record, out_bar):
    d_stack, n, p, t_stack, v = record
    p_bar = out_bar[: len(p)]  # return np.concatenate((p, v))
    # p = position + dt * v
    position_bar = p_bar.copy()
    v_bar = out_bar[len(p) :] + p_bar * dt
    dt_bar = np.sum(p_bar * v)
    top = len(d_stack)
    mass_bar = np.zeros_like(mass)
    for i in range(n - 1, -1, -1):
        for j in range(n - 1, i, -1):
            top -= 1
            d = d_stack[top]
            t = t_stack[top]
            # v[j] += pull * mass[i] * d
            t_bar = v_bar[j].copy()
            t_1 = t**1.5
            pull = dt / t_1
            t_1_bar = np.sum(t_bar * d)
            mass_bar[i] += t_1_bar * pull
            # v[i] -= pull * mass[j] * d
            t_2_bar = -v_bar[i]
            d_bar = t_bar * (pull * mass[i]) + t_2_bar * (pull * mass[j])
            t_bar = np.sum(t_2_bar * d)
            pull_bar = t_1_bar * mass[i] + t_bar * mass[j]
            mass_bar[j] += t_bar * pull
            # pull = dt / np.sum(d * d) ** 1.5
            dt_bar += pull_bar / t_1
            d_bar = d_bar - 2 * (pull_bar * dt / t_1 / t_1 * (1.5 * t**0.5)) * d
            # d = position[i] - position[j]
            position_bar[j] -= d_bar
            position_bar[i] += d_bar
    return position_bar, v_bar, mass_bar, dt_bar  # v = velocity.copy()
