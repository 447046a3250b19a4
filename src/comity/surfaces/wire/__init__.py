"""What peers call: HTTP over mutual TLS 1.3.

    binding.py    an address to listen at, or why there is none
    listener.py   sockets, certificates; peer_connection.py: handshakes, patience
    app.py        WSGI: who calls, may they now, what is answered
    body.py       request bodies, with limits on what is read and what is decompressed
    routes.py     the table: method and path to use case
    refusals.py   the table: code of a fault to HTTP status

Floor: surfaces.
"""
