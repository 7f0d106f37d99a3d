"""许可登记: permits, where and when they hold, and what they cover (S2-45)."""
