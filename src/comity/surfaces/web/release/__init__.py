"""Review and release: what waits, what counsel decides, four eyes on the exact content.

    content     all that crosses, in parts that a page shows
    views       what waits; one draft; approve, send back, break the glass
    law         what counsel decides, and what another profile would have stopped
    reviews     what one officer released alone

Floor: surfaces.
"""
