"""Checks of notebook 00, How deep do I need to go?"""
