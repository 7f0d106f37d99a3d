"""派遣: the dispatch desk, batches, the dry run, work orders, and why a unit got a case."""
