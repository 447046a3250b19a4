"""The catalogues of what pages say, from the words in templates and Python."""
