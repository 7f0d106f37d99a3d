"""监管单位: the desk of a department that supervises units and never closes a case."""
