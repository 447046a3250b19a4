"""Pages of participants at home: banks, platforms and providers, and their tasks."""
