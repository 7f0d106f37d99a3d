"""Pages of team leads and contractors: who is where, quota, roll call, sampling, findings, statements."""
