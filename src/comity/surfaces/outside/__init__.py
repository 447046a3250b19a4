"""What those who are no officers reach: the third listener's pages and doors."""
