"""The HTTP interface of a node for programs: every action that a person has.

    GET  /api/v1/requests?status=&after=      lists page by cursor; each thing has an ETag
    POST /api/v1/requests                     Idempotency-Key makes a repeated call one call
    GET  /api/openapi.json                    OpenAPI 3.1

A call gives `Authorization: Bearer comity-api-…`, a token of an officer with scopes.  What is
not done is told as problem details (RFC 9457) with a code, what is wrong and what to do next.

Floor: surfaces.
"""
