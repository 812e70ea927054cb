"""Maps: neighbour graph, live layout by UMAP's objective, new points placed, and how far a map can be trusted."""
