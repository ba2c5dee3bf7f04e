"""Copies of lists whose arrays change later: a copy holds the same arrays, and so do its tangents."""

from __future__ import annotations

import collections

from program import Program, arrays


def list_of_a_list(x):
    both = [x[1:], x[:-1]]
    copy = list(both)
    last = copy.pop()
    x[:2] *= both[0][0]
    return (last * last).sum() + copy[0][0]


def slice_of_a_list(x):
    both = [x[1:], x[:-1]]
    copy = both[:]
    last = copy.pop()
    x[:2] *= both[0][0]
    return (last * last).sum() + copy[0][0]


def list_turned_round(x):
    both = [x[1:], x[:-1]]
    copy = both[::-1]
    x[:2] *= both[0][0]
    return (copy[1] * copy[1]).sum() + copy[0][0]


def list_of_a_reversed_list(x):
    both = [x[1:], x[:-1]]
    copy = list(reversed(both))
    x[:2] *= both[0][0]
    return (copy[1] * copy[1]).sum() + copy[0][0]


def deque_of_a_list(x):
    both = [x[1:], x[:-1]]
    copy = collections.deque(both)
    last = copy.pop()
    x[:2] *= both[0][0]
    return (last * last).sum() + copy[0][0]


def list_in_order_of_length(x):
    both = [x[1:], x[:-2]]
    copy = sorted(both, key=len)
    x[:2] *= both[0][0]
    return (copy[1] * copy[1]).sum() + copy[0][0]


def pairs_of_a_list(x):
    both = [x[1:], x[:-1]]
    pairs = list(zip(both, both))
    x[:2] *= both[0][0]
    return (pairs[0][1] * pairs[1][0]).sum()


def lists_joined_by_a_sum(x):
    rows = [[x[:2]], [x[2:]]]
    parts = sum(rows, [])
    x[0] *= x[1]
    return (parts[0] * parts[1]).sum()


def lists_of_numbers_joined_by_a_sum(x):
    parts = sum([[v * v, v] for v in x], [])
    return parts[0] * parts[3] - parts[4]


PROGRAMS = [
    Program(list_of_a_list, arrays(4)),
    Program(slice_of_a_list, arrays(4)),
    Program(list_turned_round, arrays(4)),
    Program(list_of_a_reversed_list, arrays(4)),
    Program(deque_of_a_list, arrays(4)),
    Program(list_in_order_of_length, arrays(4)),
    Program(pairs_of_a_list, arrays(4)),
    Program(lists_joined_by_a_sum, arrays(4)),
    Program(lists_of_numbers_joined_by_a_sum, arrays(4)),
]
