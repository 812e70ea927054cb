"""Texts and images to vectors, by models that lie on this computer."""
