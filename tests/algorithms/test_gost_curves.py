"""The parameter sets, and the checks of points that libgcrypt leaves out."""

import ctypes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.algorithms.gost import calls, curves, library, selftest
from app.algorithms.gost.curves import Curve, Point
from app.errors import ErrorCode, RoscherkError

_ALL = curves.all_curves()
each_curve = pytest.mark.parametrize("curve", _ALL, ids=lambda curve: curve.name)


def _encode(curve: Curve, x: int, y: int) -> bytes:
    return x.to_bytes(curve.size, "little") + y.to_bytes(curve.size, "little")


def test_all_fourteen_sets_are_here() -> None:
    """Test, CryptoPro A, B, C, XchA, XchB, TC26 256 A to D, 512 test, A, B, C."""
    assert len(_ALL) == 14
    assert sorted(curve.size for curve in _ALL) == [32] * 10 + [64] * 4
    assert [curve.oid for curve in _ALL if curves.is_test(curve.oid)] == [
        "1.2.643.2.2.35.0",
        "1.2.643.7.1.2.1.2.0",
    ]
    assert not curves.is_test("1.2.3")


def test_an_unknown_set_is_unsupported() -> None:
    """Another OID is an error that carries it."""
    with pytest.raises(RoscherkError) as caught:
        curves.by_oid("1.2.643.7.1.2.1.1.9")
    assert caught.value.code is ErrorCode.ALGORITHM_UNSUPPORTED
    assert caught.value.facts["oid"] == "1.2.643.7.1.2.1.1.9"


@each_curve
def test_the_base_point_lies_on_the_curve_and_has_the_order_q(curve: Curve) -> None:
    """A slip in any constant would show here."""
    equation = curve.equation
    base = curve.point(_encode(curve, equation.x, equation.y))
    assert base == Point(equation.x, equation.y)
    assert calls.has_order_q(curve, base)
    assert pow(2, equation.p - 1, equation.p) == pow(2, equation.q - 1, equation.q) == 1
    # Hasse: the number of points is p + 1 within 2√p
    points = equation.q * equation.cofactor
    assert (points - equation.p - 1) ** 2 <= 4 * equation.p


@each_curve
def test_libgcrypt_holds_the_same_constants(curve: Curve) -> None:
    """Our table equals the one in the library, for every set that it knows by OID."""
    loaded = library.load()
    get = loaded.gcry_pk_get_param
    get.restype, get.argtypes = ctypes.c_void_p, (ctypes.c_int, ctypes.c_char_p)
    find, data = loaded.gcry_sexp_find_token, loaded.gcry_sexp_nth_data
    find.restype = data.restype = ctypes.c_void_p
    find.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t)
    data.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(ctypes.c_size_t))
    name = {"1.2.643.7.1.2.1.1.1": "GOST2012-256-A"}.get(curve.oid, curve.oid)
    ecc = 18
    expression = get(ecc, name.encode())
    assert expression
    size = ctypes.c_size_t()
    for letter, expected in (
        (b"p", curve.equation.p),
        (b"a", curve.equation.a),
        (b"b", curve.equation.b),
        (b"n", curve.equation.q),
    ):
        token = find(expression, letter, 0)
        address = data(token, 1, ctypes.byref(size))
        assert int.from_bytes(ctypes.string_at(address, size.value)) == expected
        loaded.gcry_sexp_release(token)
    loaded.gcry_sexp_release(expression)


@each_curve
def test_bad_points_are_refused(curve: Curve) -> None:
    """Off the curve, out of range, of the wrong length: each is named."""
    equation = curve.equation
    x, y = equation.x, equation.y
    for public, reason in (
        (_encode(curve, x, y ^ 1), "off_curve"),
        (_encode(curve, 0, 0), "off_curve"),
        (_encode(curve, equation.p, y), "range"),
        (
            _encode(
                curve, x, equation.p + y if (equation.p + y) >> 8 * curve.size == 0 else equation.p
            ),
            "range",
        ),
        (_encode(curve, x, y)[:-1], "length"),
        (_encode(curve, x, y) + b"\0", "length"),
        (b"", "length"),
    ):
        with pytest.raises(RoscherkError) as caught:
            curve.point(public)
        assert caught.value.code is ErrorCode.PUBLIC_KEY_INVALID
        assert caught.value.facts["reason"] == reason


@given(st.sampled_from(_ALL), st.data())
def test_random_bytes_are_hardly_ever_a_point(curve: Curve, data: st.DataObject) -> None:
    """What is accepted satisfies the equation; all else is one clear error."""
    raw = data.draw(st.binary(min_size=2 * curve.size, max_size=2 * curve.size))
    try:
        point = curve.point(raw)
    except RoscherkError:
        return
    p = curve.equation.p
    assert point.x < p
    assert point.y < p
    left, right = point.y**2, point.x**3 + curve.equation.a * point.x + curve.equation.b
    assert (left - right) % p == 0


def test_a_point_of_small_order_is_told_apart() -> None:
    """Where the cofactor is 4, a point outside the group of order q is seen."""
    selftest.ready()
    curve = curves.by_oid("1.2.643.7.1.2.1.1.1")
    equation = curve.equation
    p = equation.p
    found = 0
    for x in range(2, 40):
        square = (x**3 + equation.a * x + equation.b) % p
        y = pow(square, (p + 1) // 4, p)
        if y * y % p != square:
            continue
        found += not calls.has_order_q(curve, curve.point(_encode(curve, x, y)))
    assert found > 5
