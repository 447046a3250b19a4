"""The room of releases: a draft, approvals that bind its exact content, and one way out.

    draft -> approved (a number of officers) -> released -> appended
      |  edited: the approvals are void
      +-> dropped

Only a release can be appended, and it is appended once.

Floor: domestic (pure).
"""
