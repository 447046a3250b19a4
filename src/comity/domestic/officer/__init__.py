"""The room of officers: who works on this node, and how he shows that it is he.

Floor: domestic (pure).
"""
