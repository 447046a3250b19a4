"""What both sides review: rows from matters, figures at a cut, and what is said about them."""
