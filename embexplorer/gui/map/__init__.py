"""The map as a widget: a thin layer over the raster that listens to the mouse and keys."""
