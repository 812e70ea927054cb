"""The values that travel between the packages: frozen, plain, without any object that does something."""
