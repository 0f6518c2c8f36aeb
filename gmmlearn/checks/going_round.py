"""Checks of notebook 05, Does going round work?"""
