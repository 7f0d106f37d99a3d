"""CityGrid (城格): digital urban management after GB/T 30428 and CJJ/T 106."""

__version__ = "0.1.0"
