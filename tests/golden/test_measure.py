"""What the measuring command counts."""

from __future__ import annotations

import pytest
from measure import Row, Size, size, table, total

TEXT = '''
import numpy as np

def f_grad(x, out_bar=1.0):
    """Not a statement that runs."""
    x_stack = []
    for i in range(3):
        # a comment
        x_stack.append(x)  # another
        if x > 0:
            x = x * x
        else:
            x = np.sin(x)
    x_bar = unbroadcast(out_bar, x_stack[-1])
    return x_bar
'''


def test_counts_what_runs_and_no_comments():
    assert size(TEXT) == Size(statements=8, helper_calls=1, recorded=1)


@pytest.mark.parametrize("line", ["a_stack[i] = a", "a_stack[i, :] = a", "record.append(a)"])
def test_recording_places(line):
    assert size(line).recorded == 1


@pytest.mark.parametrize("line", ["a = a_stack[top]", "a[i] = b", "append(a)"])
def test_reading_records_nothing(line):
    assert size(line).recorded == 0


def test_a_function_of_the_text_itself_is_no_helper():
    assert size("def unbroadcast(x):\n    return x\nunbroadcast(1)").helper_calls == 0


def test_table_and_total():
    rows = [Row("a", Size(10, 0, 1), Size(12, 1, 1)), Row("b", Size(10, 0, 0), Size(8, 0, 0))]
    assert total(rows).ratio == 1.0
    assert "12 / 10    1.20" in table(rows)
