"""One register of positioned things: fixes by day, the newest in a row of its own."""
