"""What officers do: sign in, draft, release, read.  Nothing here speaks to a peer."""
