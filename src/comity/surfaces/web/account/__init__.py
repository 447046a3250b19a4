"""The room of accounts: who signs in, how, and where their sessions stand.

database    which database a request's users and sessions stand in
gate        no page without a session, but the few that need none
views       one-time links, signing in and out
"""

from typing import Final

BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"
"""Who Django asks whose session it is."""
