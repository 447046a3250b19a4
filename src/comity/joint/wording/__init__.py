"""The room `wording`: a joint text in the making, paragraph by paragraph, in every language.

Floor: joint (pure).
"""
