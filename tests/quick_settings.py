"""Settings of processes that tests start: those of the product, with passwords hashed quickly. A good hash takes half
a second on purpose; here people sign in hundreds of times. What was hashed well is still understood."""

from citygrid.config.settings import *  # noqa: F403 - all of them

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
