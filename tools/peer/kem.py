"""ML-KEM-768: encapsulation with given randomness, from FIPS 203 alone; not in constant time."""

import hashlib
from itertools import batched

N, Q, K = 256, 3329, 3
DU, DV = 10, 4

type Poly = list[int]


def _bit_reversed(number: int) -> int:
    return int(f"{number:07b}"[::-1], 2)


ZETAS = [pow(17, _bit_reversed(at), Q) for at in range(128)]
GAMMAS = [pow(17, 2 * _bit_reversed(at) + 1, Q) for at in range(128)]


def _ntt(values: Poly) -> Poly:
    """Algorithm 9."""
    out, at, length = [*values], 1, 128
    while length >= 2:  # noqa: PLR2004 -- as the algorithm counts
        for start in range(0, N, 2 * length):
            for j in range(start, start + length):
                t = ZETAS[at] * out[j + length] % Q
                out[j + length], out[j] = (out[j] - t) % Q, (out[j] + t) % Q
            at += 1
        length //= 2
    return out


def _from_ntt(values: Poly) -> Poly:
    """Algorithm 10."""
    out, at, length = [*values], 127, 2
    while length <= 128:  # noqa: PLR2004 -- as the algorithm counts
        for start in range(0, N, 2 * length):
            for j in range(start, start + length):
                t = out[j]
                out[j] = (t + out[j + length]) % Q
                out[j + length] = ZETAS[at] * (out[j + length] - t) % Q
            at -= 1
        length *= 2
    return [value * 3303 % Q for value in out]


def _times(one: Poly, two: Poly) -> Poly:
    """Algorithms 11 and 12."""
    out: Poly = []
    for at, gamma in enumerate(GAMMAS):
        a, b, c, d = *one[2 * at : 2 * at + 2], *two[2 * at : 2 * at + 2]
        out += [(a * c + b * d * gamma) % Q, (a * d + b * c) % Q]
    return out


def _plus(*polys: Poly) -> Poly:
    return [sum(values) % Q for values in zip(*polys, strict=True)]


def _sampled(seed: bytes) -> Poly:
    """Algorithm 7."""
    stream = hashlib.shake_128(seed).digest(1024)
    out: Poly = []
    for a, b, c in batched(stream, 3, strict=False):
        out += [one for one in (a + 256 * (b % 16), b // 16 + 16 * c) if one < Q]
        if len(out) >= N:
            return out[:N]
    raise AssertionError("not once in 2^60")


def _small(seed: bytes, nonce: int) -> Poly:
    """Algorithm 8 with eta 2."""
    data = hashlib.shake_256(seed + bytes((nonce,))).digest(128)
    bits = [byte >> at & 1 for byte in data for at in range(8)]
    return [(bits[i] + bits[i + 1] - bits[i + 2] - bits[i + 3]) % Q for i in range(0, 4 * N, 4)]


def _decoded(data: bytes, bits: int) -> Poly:
    number = int.from_bytes(data, "little")
    return [number >> bits * at & (1 << bits) - 1 for at in range(N)]


def _encoded(values: Poly, bits: int) -> bytes:
    number = sum(value << bits * at for at, value in enumerate(values))
    return number.to_bytes(N * bits // 8, "little")


def _compressed(values: Poly, bits: int) -> bytes:
    return _encoded([((value << bits) + Q // 2) // Q % (1 << bits) for value in values], bits)


def encapsulate(key: bytes, m: bytes) -> tuple[bytes, bytes]:
    """Algorithm 17: the shared secret and the ciphertext."""
    hashed = hashlib.sha3_512(m + hashlib.sha3_256(key).digest()).digest()
    secret, r = hashed[:32], hashed[32:]
    t = [_decoded(key[384 * i : 384 * (i + 1)], 12) for i in range(K)]
    rho = key[384 * K :]
    y = [_ntt(_small(r, i)) for i in range(K)]
    u = bytearray()
    for i in range(K):
        row = [_times(_sampled(rho + bytes((i, j))), y[j]) for j in range(K)]
        u += _compressed(_plus(_from_ntt(_plus(*row)), _small(r, K + i)), DU)
    mu = [bit * ((Q + 1) // 2) for bit in _decoded(m, 1)]
    inner = _from_ntt(_plus(*(_times(t[i], y[i]) for i in range(K))))
    v = _plus(inner, _small(r, 2 * K), mu)
    return secret, bytes(u) + _compressed(v, DV)
