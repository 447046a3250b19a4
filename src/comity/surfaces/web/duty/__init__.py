"""My desk: what one must do now, what arrives, the shift, and how one wants one's pages."""
