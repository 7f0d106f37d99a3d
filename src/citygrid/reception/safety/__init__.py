"""公共安全确认: who owes a confirmation, the alarm until it is signed, the false rate by source (S4-24 to S4-26)."""
