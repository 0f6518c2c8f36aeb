"""Checks of notebook 03, Whose point is this?"""
