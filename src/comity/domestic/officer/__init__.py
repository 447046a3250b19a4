"""The room of officers: who works on this node, and how they show that it is them.

Floor: domestic (pure).
"""
