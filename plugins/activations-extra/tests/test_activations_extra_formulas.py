"""The plugin's functions against mpmath, against torch, and by their properties."""

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from activations.protocols import Activation, FloatArray
from activations.testing import SAMPLES, assert_formula
from activations_extra.elu import ELU, SELU
from activations_extra.gated import GLU, SwiGLU
from activations_extra.gelu import GELU
from activations_extra.relu import LeakyReLU, SquaredReLU
from activations_extra.swish import Hardswish, Mish, Swish
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

# Largest relative errors. In the tails a rounding of the exponent is multiplied by its size, which
# grows like x in Swish and like x**2 or x**3 in GELU.
RTOL: dict[type[np.floating], float] = {np.float32: 1e-6, np.float64: 1e-14}
RTOL_GELU: dict[type[np.floating], float] = {np.float32: 1e-5, np.float64: 5e-13}


def swish(x: Any, beta: Any) -> Any:
    return x * mpmath.exp(beta * x / 2) / (2 * mpmath.cosh(beta * x / 2))


def mish(x: Any) -> Any:
    # tanh(log(s)) is (s**2 - 1) / (s**2 + 1); the square of 1 + exp(x) is expanded.
    n = mpmath.exp(2 * x) + 2 * mpmath.exp(x)
    return x * n / (n + 2)


def gelu(x: Any) -> Any:
    """By the incomplete gamma function, which the normal distribution is a case of."""
    tail = mpmath.gammainc(mpmath.mpf(1) / 2, x**2 / 2, regularized=True) / 2
    return x * (tail if x < 0 else 1 - tail)


def gelu_tanh(x: Any) -> Any:
    z = mpmath.sqrt(2 / mpmath.pi) * (x + mpmath.mpf("0.044715") * x**3)
    # 1 + tanh(z), by the definition of tanh.
    return x / 2 * (2 * mpmath.exp(z) / (mpmath.exp(z) + mpmath.exp(-z)))


def elu(x: Any) -> Any:
    # 1F1(1; 2; x) is (exp(x) - 1) / x.
    return x if x > 0 else x * mpmath.hyp1f1(1, 2, x)


def hardswish(x: Any) -> Any:
    if x <= -3:
        return mpmath.mpf(0)
    return x if x >= 3 else x**2 / 6 + x / 2


FORMULAS: dict[str, tuple[Activation, Callable[[Any], Any]]] = {
    "Swish": (Swish(), lambda x: swish(x, mpmath.mpf(1))),
    "Swish, beta 1.5": (Swish(beta=1.5), lambda x: swish(x, mpmath.mpf("1.5"))),
    "Swish, beta 0": (Swish(beta=0.0), lambda x: x / 2),
    "Mish": (Mish(), mish),
    "Hardswish": (Hardswish(), hardswish),
    "ELU": (ELU(), elu),
    "ELU, alpha 0.5": (ELU(alpha=0.5), lambda x: x if x > 0 else elu(x) / 2),
    "LeakyReLU": (LeakyReLU(negative_slope=0.25), lambda x: max(x, x / 4)),
    "SquaredReLU": (SquaredReLU(), lambda x: x * (x + abs(x)) / 2),
}


@pytest.mark.parametrize("dtype", RTOL)
@pytest.mark.parametrize("name", FORMULAS)
def test_the_formula_holds_in_the_tails_and_at_zero(name: str, dtype: type[np.floating]) -> None:
    function, formula = FORMULAS[name]
    assert_formula(function, formula, dtype, rtol=RTOL[dtype])


@pytest.mark.parametrize("dtype", RTOL_GELU)
@pytest.mark.parametrize(("approximate", "formula"), [("none", gelu), ("tanh", gelu_tanh)])
def test_both_forms_of_gelu_follow_their_formulas(
    approximate: Any, formula: Callable[[Any], Any], dtype: type[np.floating]
) -> None:
    assert_formula(GELU(approximate), formula, dtype, rtol=RTOL_GELU[dtype])


def test_the_tanh_form_of_gelu_is_close_to_the_exact_one_but_another_function() -> None:
    difference = np.abs(GELU()(SAMPLES) - GELU("tanh")(SAMPLES))
    assert 1e-4 < difference.max() < 1e-3


@pytest.mark.parametrize("dtype", RTOL)
def test_selu_is_a_scaled_elu(dtype: type[np.floating]) -> None:
    scale = mpmath.mpf("1.0507009873554804934193349852946")
    alpha = mpmath.mpf("1.6732632423543772848170429916717")
    assert_formula(
        SELU(),
        lambda x: scale * (x if x > 0 else alpha * elu(x)),
        dtype,
        rtol=RTOL[dtype],
    )


def test_selu_keeps_mean_zero_and_variance_one() -> None:
    """What its constants are for: the integrals of f and f**2 over the standard normal density."""

    def moment(power: int) -> float:
        def integrand(z: Any) -> Any:
            return mpmath.npdf(z) * float(SELU()(np.array(float(z)))) ** power

        integral: Any = mpmath.quad(integrand, [-12, -4, 0, 4, 12])
        return float(integral)

    assert moment(1) == pytest.approx(0, abs=1e-12)
    assert moment(2) == pytest.approx(1, abs=1e-12)


def test_elu_and_swish_take_their_argument_from_the_config_author() -> None:
    x = np.array([-3.0, 2.0])
    np.testing.assert_allclose(ELU(alpha=2.0)(x), [2 * (np.exp(-3.0) - 1), 2.0])
    np.testing.assert_allclose(Swish(beta=50.0)(x), [0.0, 2.0], atol=1e-12)


@pytest.mark.parametrize("wrong", ["", "Tanh", "exact", None, True])
def test_gelu_refuses_another_approximation(wrong: Any) -> None:
    with pytest.raises(ValueError, match='approximate is "none" or "tanh", not'):
        GELU(approximate=wrong)


PAIRS = st_numpy.array_shapes(min_dims=1, max_dims=3, max_side=5).flatmap(
    lambda shape: st_numpy.arrays(
        np.float64, (*shape[:-1], 2 * shape[-1]), elements=st.floats(-1e3, 1e3)
    )
)


@given(PAIRS)
def test_glu_multiplies_the_first_half_by_the_gate_of_the_second(x: FloatArray) -> None:
    result = GLU()(x)
    a, b = np.moveaxis(x.reshape(*x.shape[:-1], 2, -1), -2, 0)
    assert result.shape == (*x.shape[:-1], x.shape[-1] // 2)
    with np.errstate(over="ignore"):
        expected = a / (1 + np.exp(-b))
    np.testing.assert_allclose(result, expected, atol=1e-300)


@given(PAIRS, st.floats(-3, 3))
def test_swiglu_multiplies_the_first_half_by_swish_of_the_second(
    x: FloatArray, beta: float
) -> None:
    a, b = np.moveaxis(x.reshape(*x.shape[:-1], 2, -1), -2, 0)
    np.testing.assert_array_equal(SwiGLU(beta)(x), a * Swish(beta)(b))


@pytest.mark.parametrize("dtype", RTOL)
def test_glu_follows_its_formula_as_a_function_of_the_gate(dtype: type[np.floating]) -> None:
    def gate(x: FloatArray) -> FloatArray:
        return GLU()(np.concatenate([np.ones_like(x), x]))

    assert_formula(gate, lambda b: 1 / (1 + mpmath.exp(-b)), dtype, rtol=RTOL[dtype])


@pytest.mark.parametrize("dtype", RTOL)
def test_swiglu_follows_its_formula_as_a_function_of_the_gate(dtype: type[np.floating]) -> None:
    def gate(x: FloatArray) -> FloatArray:
        return SwiGLU(beta=1.5)(np.concatenate([np.full_like(x, 2), x]))

    assert_formula(gate, lambda b: 2 * b / (1 + mpmath.exp(-1.5 * b)), dtype, rtol=RTOL[dtype])


def test_a_gated_unit_takes_a_callable_as_its_gate() -> None:
    np.testing.assert_array_equal(GLU(np.abs)(np.array([2.0, -3.0])), [6.0])


@pytest.mark.parametrize("shape", [(), (3,), (4, 5)])
@pytest.mark.parametrize("unit", [GLU(), SwiGLU()], ids=repr)
def test_a_gated_unit_refuses_a_last_axis_that_it_cannot_halve(
    unit: GLU, shape: tuple[int, ...]
) -> None:
    with pytest.raises(
        ValueError, match=r"GLU\(.* needs a last axis of even length, got the shape \("
    ):
        unit(np.zeros(shape))


@pytest.mark.torch
@pytest.mark.parametrize(
    ("function", "name", "arguments"),
    [
        (ELU(), "elu", {}),
        (ELU(alpha=0.5), "elu", {"alpha": 0.5}),
        (GELU(), "gelu", {}),
        (GELU("tanh"), "gelu", {"approximate": "tanh"}),
        (Hardswish(), "hardswish", {}),
        (LeakyReLU(), "leaky_relu", {}),
        (Mish(), "mish", {}),
        (SELU(), "selu", {}),
        (Swish(), "silu", {}),
    ],
    ids=str,
)
def test_torch_computes_the_same(
    function: Activation, name: str, arguments: dict[str, Any]
) -> None:
    torch = pytest.importorskip("torch")
    expected = getattr(torch.nn.functional, name)(torch.from_numpy(SAMPLES), **arguments)
    # torch's GELU loses the left tail to cancellation: it is compared absolutely there.
    atol = 1e-14 if name == "gelu" else 1e-30
    np.testing.assert_allclose(function(SAMPLES), expected.numpy(), rtol=1e-9, atol=atol)


@pytest.mark.torch
def test_torch_gates_the_same_half() -> None:
    torch = pytest.importorskip("torch")
    x = np.random.default_rng(3).normal(size=(4, 6))
    first, second = torch.from_numpy(x).chunk(2, dim=-1)
    np.testing.assert_allclose(GLU()(x), torch.nn.functional.glu(torch.from_numpy(x)).numpy())
    swish = torch.nn.functional.silu(second)
    np.testing.assert_allclose(SwiGLU()(x), (first * swish).numpy())
