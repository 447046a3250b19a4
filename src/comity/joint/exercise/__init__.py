"""The room `exercise`: agreement, control cells, play, deliveries and ratings."""
