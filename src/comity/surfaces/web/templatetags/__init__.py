"""What templates may say; the library `desk` is built in."""
