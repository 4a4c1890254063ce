"""How well an advisor suits a client: named terms, named hard rules, one matrix."""
