"""Checks of notebook 02, Can I just assign and average?"""
