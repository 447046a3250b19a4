"""Pages for the people of this State, on a listener that only this machine reaches.

Django's settings of it stand in `adapters.settings`; `wsgi.make_application` gives the
application of one opened node; each view asks one use case of `node.overview` for one value,
and templates choose no more than words.
"""
