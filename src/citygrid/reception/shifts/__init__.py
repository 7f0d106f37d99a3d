"""交接班与座席: the shift leader's board, seats and their states, the hand-over sheet."""
