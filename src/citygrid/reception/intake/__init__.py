"""受理台: the one queue of what came in from every source, and the tasks of verification."""
