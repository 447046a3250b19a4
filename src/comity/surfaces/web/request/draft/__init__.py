"""Requests being written: begun, entered as a wizard or a page, previewed, kept as templates.

    views        the list, a new one, what becomes of one
    dropping     what is thrown away, asked first
    writing      the form: shown, saved, checked as one types
    preview      exactly what would cross
    sections     what stands on which page of the wizard
    elements     an element of the guideline as inputs, and inputs as its value
    inputs       one input

Floor: surfaces.
"""
