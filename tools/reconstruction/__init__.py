"""Builds the sample inputs, January to June 2021, from what the June 2021 bulletin prints.

The real incident table is not public. These modules write a table that has every total and every share the
bulletin states, and is otherwise plausible; nothing in it is a record of a real person or event, except the
flash alerts, which are the bulletin's own. Run: python -m tools.reconstruction --help
"""
