"""Reads what Parapet writes and shows it: the parts of report.py and paraview_render.py."""
