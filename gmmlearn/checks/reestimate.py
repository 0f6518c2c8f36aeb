"""Checks of notebook 04, How do weights move a curve?"""
