"""Changes of areas as plans: grids divided, split, merged; duty grids, service areas: worked out, seen, applied."""
