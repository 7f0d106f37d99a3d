"""排班: shifts, rosters by version, leave, stand-ins, gaps. Who is on duty is asked of `organization/roster.py`."""
