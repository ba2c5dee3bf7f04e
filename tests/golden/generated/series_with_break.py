def f_grad(x, out_bar=1.0):
    term = 1.0
    term_stack = []
    for n in range(1, 60):
        term_stack.append(term)
        term = term * x / n
        if abs(term) < 1e-15:
            break

    # return total
    term_bar = 0.0
    x_bar = 0.0
    for n in range(len(term_stack), 0, -1):
        term_bar += out_bar  # total = total + term
        # term = term * x / n
        term = term_stack[n - 1]
        t_bar = term_bar / n
        x_bar += t_bar * term
        term_bar = t_bar * x
    return x_bar
