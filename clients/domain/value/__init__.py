"""Value of a client: V = A·commission + B·purchasing power + C·assets, its type, tier and place in the core set.

Pure Python and numpy; the rule is written down in docs/value.md. Money is in 元 as float64 inside, NaN = not known.
Arrays of one branch share one order: by client number, which is also how ties are broken.
"""
