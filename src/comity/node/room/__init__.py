"""What any room needs: texts and clocks, need to know, custody, release.

Floor: node.
"""
