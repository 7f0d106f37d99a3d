"""Races, kills and duplicates: each promise of DESIGN section 7 is broken on purpose."""
