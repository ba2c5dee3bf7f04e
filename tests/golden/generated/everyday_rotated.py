def rotated_forward(points, R):
    return points @ R.T, ()

def rotated_reverse(points, R, record, out_bar):
    return out_bar @ R, out_bar.T @ points  # return points @ R.T
