"""Figures, declared once: what is counted, over which rows, in which period, for whom. Each has a value and a formula from one declaration."""
