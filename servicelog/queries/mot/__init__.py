"""One query per moment of truth, all of the same shape: see `servicelog.queries.mot.shape`."""
