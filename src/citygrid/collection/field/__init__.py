"""The app itself: its page, its worker, its words."""
