"""The room of those who are no officers, as officers see it: who was admitted, and to what."""
