def convolution_forward(image, kernel):
    rows = image.shape[0] - kernel.shape[0] + 1
    columns = image.shape[1] - kernel.shape[1] + 1
    out = np.zeros((rows, columns))
    for i in range(kernel.shape[0]):
        for j in range(kernel.shape[1]):
            out += kernel[i, j] * image[i : i + rows, j : j + columns]
    return out, (columns, rows)

def convolution_reverse(image, kernel, record, out_bar):
    columns, rows = record
    # return out
    out_bar_1 = out_bar.copy()
    image_bar = np.zeros_like(image)
    kernel_bar = np.zeros_like(kernel)
    for i in range(kernel.shape[0] - 1, -1, -1):
        for j in range(kernel.shape[1] - 1, -1, -1):
            # out += kernel[i, j] * image[i : i + rows, j : j + columns]
            image_bar[i : i + rows, j : j + columns] += out_bar_1 * kernel[i, j]
            kernel_bar[i, j] += np.sum(out_bar_1 * image[i : i + rows, j : j + columns])
    return image_bar, kernel_bar
