"""Checks of notebook 01, What makes two bumps?"""
