"""Files that officers attach: in the browser in ranges, or with the form where there is no script.

    attaching    the rows of a form, one a file, and what they become of an act
    bounded      how much of a file a form may carry
    views        what the script of the browser calls
    urls         its addresses

Floor: surfaces.
"""
