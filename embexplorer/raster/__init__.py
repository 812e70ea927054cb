"""The map as pixels: points in a grid, drawn, picked and lassoed without any window system."""
