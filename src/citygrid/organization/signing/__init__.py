"""Signing in: passwords and locks, second factor, single sign-on, devices, sessions, proving anew who one is."""
