"""A list of deductions as a scheme has it: what may be entered, and the term that takes it off."""

INPUT = """[[input]]
key = "faults"
zh = "扣分清单"
en = "Deductions"
sort = "entries"
[[input.item]]
key = "late"
zh = "迟报"
en = "Late report"
points = -0.5
most = 2

"""
TERM = """[[term]]
key = "faults"
zh = "扣分"
en = "Deductions"
input = "faults"
floor = false
cap = 0
missing = "zero"

"""
PLUS = 'plus = ["faults"]'
"""Of a group: the term is added to what is weighed."""
