"""What programs call, as a page for people."""
