def bilinear_forward(image, x, y):
    i = np.clip(np.floor(y).astype(int), 0, image.shape[0] - 2)
    j = np.clip(np.floor(x).astype(int), 0, image.shape[1] - 2)
    v = y - i
    u = x - j
    t = image[i, j]
    t_1 = 1 - u
    t_2 = t * t_1
    t_3 = 1 - v
    t_4 = image[i, j + 1]
    t_5 = t_4 * u
    t_6 = 1 - v
    t_7 = image[i + 1, j]
    t_8 = t_2 * t_3 + t_5 * t_6 + t_7 * v
    return t_8, (i, j, t, t_1, t_2, t_3, t_4, t_5, t_6, t_7, u, v)

def bilinear_reverse(image, x, y, record, out_bar):
    i, j, t, t_1, t_2, t_3, t_4, t_5, t_6, t_7, u, v = record
    # return image[i, j] * (1 - u) * (1 - v) + image[i, j + 1] * u * (1 - v) + image[i + 1, j] * v
    image_bar = np.zeros_like(image)
    add_at(image_bar, (i + 1, j), out_bar * v)
    t_5_bar = out_bar * t_6
    add_at(image_bar, (i, j + 1), t_5_bar * u)
    t_2_bar = out_bar * t_3
    v_bar = out_bar * t_7 - out_bar * t_5 - out_bar * t_2
    add_at(image_bar, (i, j), t_2_bar * t_1)
    return image_bar, t_5_bar * t_4 - t_2_bar * t, v_bar  # v, u = y - i, x - j
