"""How acts cross: append, sign, send, keep, understand, receipt, start, carry."""
