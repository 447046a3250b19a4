"""The room of partners: pairing, cards, logs and mirrors, what has not arrived, retry, freeze."""
