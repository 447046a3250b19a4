"""The exchange as both sides compute it: the register, receipts, forks."""
