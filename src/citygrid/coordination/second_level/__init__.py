"""二级平台: the second-level centre, its own units, what it hands up to the city."""
