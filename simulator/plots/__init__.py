"""Plots for reports: what the simulator measures, and pictures of it.

measured   plays requests in rooms and in random houses, and counts
drawing    PNG and SVG files of that
"""
