"""A believable branch, written as the files its counter system would send (docs/demo-branch.md).

Pure Python and numpy: no Django, no database, no clock. The same arguments give the same bytes.
Money is counted in fen (int64) throughout, so that every identity between the files holds to the cent.
"""
