"""Vectors and a query to the nearest rows: exact scan, graph index, planner, composed queries, fused rankings."""
