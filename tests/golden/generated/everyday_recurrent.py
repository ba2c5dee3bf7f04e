def recurrent_forward(xs, h, W, U):
    states = []
    h_stack = []
    for k in range(len(xs)):
        x = xs[k]
        h_stack.append(h)
        h = np.tanh(W @ x + U @ h)
        states.append(h)
    return np.stack(states), (h, h_stack)

def recurrent_reverse(xs, h, W, U, record, out_bar):
    h, h_stack = record
    # return np.stack(states)
    states_bar = list(out_bar.copy())
    U_bar = np.zeros_like(U)
    W_bar = np.zeros_like(W)
    h_bar = np.zeros_like(h)
    xs_bar = np.zeros_like(xs)
    for k in range(len(xs) - 1, -1, -1):
        h_bar += states_bar.pop()  # states.append(h)
        # h = np.tanh(W @ x + U @ h)
        t_bar = h_bar * (1 - h**2)
        h = h_stack[k]
        U_bar += np.outer(t_bar, h)
        h_bar = U.T @ t_bar
        x = xs[k]
        W_bar += np.outer(t_bar, x)
        xs_bar[k] += W.T @ t_bar  # for x in xs
    return xs_bar, h_bar, W_bar, U_bar
