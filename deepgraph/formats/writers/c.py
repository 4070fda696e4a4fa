"""C99: one function of arrays, without allocation and without any library but math.h."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from deepgraph.formats.writers.braces import Braces
from deepgraph.formats.writers.code import calls
from deepgraph.formats.writers.spelling import Spelling, plain_number, single_number
from deepgraph.formats.writers.texts import about, filled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from deepgraph.graph.graph import Graph

_CALLS = {
    **{"maximum": "maximum", "minimum": "minimum", "absolute": "fabs", "exp": "exp"},
    **{"expm1": "expm1", "log": "log", "log1p": "log1p", "tanh": "tanh", "sin": "sin"},
    **{"cos": "cos", "sqrt": "sqrt", "floor": "floor", "rint": "rint", "isnan": "isnan"},
}
_OWN = ("maximum", "minimum", "isnan")
_MATH = [name for name in _CALLS if name not in _OWN[:2]]

_KEYWORDS = """
auto break case char const continue default do double else enum extern float for goto if inline int
long register restrict return short signed sizeof static struct switch typedef union unsigned void
volatile while asm typeof bool true false nullptr constexpr alignas alignof thread_local and or not
class delete export friend mutable namespace new operator private protected public template this
throw try catch using virtual main inputs outputs linux unix i386 NULL NAN INFINITY HUGE_VAL
HUGE_VALF HUGE_VALL DOMAIN SING OVERFLOW UNDERFLOW PLOSS TLOSS EDOM ERANGE MATH_ERRNO
MATH_ERREXCEPT math_errhandling FP_NAN FP_INFINITE FP_ZERO FP_SUBNORMAL FP_NORMAL FP_ILOGB0
FP_ILOGBNAN FP_CONTRACT M_E M_LOG2E M_LOG10E M_LN2 M_LN10 M_PI M_PI_2 M_PI_4 M_1_PI M_2_PI
M_2_SQRTPI M_SQRT2 M_SQRT1_2 z j k largest total abs labs acos acosh asin asinh atan atan2 atanh
cbrt ceil copysign cos cosh drem erf erfc exp exp10 exp2 expm1 fabs fdim finite floor fma fmax fmin
fmod frexp gamma hypot ilogb isfinite isgreater isinf isless isnan isnormal isunordered j0 j1 jn
ldexp lgamma llrint llround log log10 log1p log2 logb lrint lround modf nan nearbyint nextafter
nexttoward pow pow10 remainder remquo rint round scalb scalbln scalbn signbit significand signgam
sin sincos sinh sqrt tan tanh tgamma trunc y0 y1 yn
"""


class C(Braces):
    """A network as a file of C."""

    counter = "int"
    inside = "    "
    reserved = frozenset(word + end for word in _KEYWORDS.split() for end in ("", "f", "l"))
    helpers: ClassVar[Mapping[str, str]] = {
        "maximum": "static {real} maximum({real} a, {real} b) "
        "{{ return a > b || a != a ? a : b; }}",
        "minimum": "static {real} minimum({real} a, {real} b) "
        "{{ return a < b || a != a ? a : b; }}",
    }

    def __init__(self, graph: Graph, dtype: str = "float64") -> None:
        self.real = "double" if dtype == "float64" else "float"
        super().__init__(graph, dtype)
        self.helpers = {  # type: ignore[misc]
            name: text.format(real=self.real) for name, text in type(self).helpers.items()
        }

    def _make_spelling(self) -> Spelling:
        if self.real == "double":
            return Spelling(_CALLS, "{0} ? {1} : {2}", number=plain_number)
        calls = {key: name if name in _OWN else f"{name}f" for key, name in _CALLS.items()}
        return Spelling(calls, "{0} ? {1} : {2}", number=lambda value: f"{single_number(value)}f")

    def text(self) -> str:
        """The whole file."""
        arrays = f"const {self.real} inputs[{len(self.graph.inputs)}]"
        arrays += f", {self.real} outputs[{len(self.graph.outputs)}]"
        body = self.statements()
        body += [
            self._assign(self._entry("outputs", place), self.value(node))
            for place, node in enumerate(self.graph.outputs.tolist())
        ]
        if not any("inputs[" in line for line in body):
            body.insert(0, "(void)inputs;")
        head = "\n".join(f" * {line}".rstrip() for line in about(self.graph))
        definitions = self.with_helpers(body)
        whole = "\n".join([*definitions, *body])
        math = any(calls(self.spelling.calls[name], whole) for name in _MATH)
        parts = [
            f"/*\n{head}\n */",
            *(["#include <math.h>"] if math else []),
            _EXACT,
            *definitions,
            f"void {self.function_name}({arrays})\n{{\n"
            + "".join(f"{self.indent}{line}\n" for line in [*self._constants(), *body])
            + "}",
        ]
        return "\n\n".join(parts) + "\n"

    def _constants(self) -> list[str]:
        """The parameters, each with its name."""
        lines = []
        for block, name in self.blocks.items():
            values = self.block_values(block)
            shape = "".join(f"[{size}]" for size in values.shape)
            lines.append(f"static const {self.real} {name}{shape} = {self._array(values)};")
        lines += [
            f"const {self.real} {name} = {self.number(value)};"
            for name, value in self.single_values()
        ]
        return lines

    def _array(self, values: NDArray[Any]) -> str:
        inner = self.indent * 2
        if values.ndim == 1:
            return "{" + filled(map(self.number, values.tolist()), inner) + "}"
        rows = (self._array(row) for row in values)
        return "{\n" + ",\n".join(f"{inner}{row}" for row in rows) + f"\n{self.indent}}}"

    def _define(self, name: str, parts: list[tuple[str, str]], result: str) -> str:
        head = f"static {self.real} {name}({self.real} z)"
        if not parts:
            return f"{head} {{ return {result}; }}"
        lines = [*(self._declare(*part) for part in parts), f"return {result};"]
        return f"{head}\n{{\n" + "".join(f"{self.indent}{line}\n" for line in lines) + "}"

    def _declare(self, name: str, text: str, *, changes: bool = False) -> str:
        return f"{'' if changes else 'const '}{self.real} {name} = {text};"

    def _declare_array(self, name: str, count: int) -> str:
        return f"{self.real} {name}[{count}];"


_EXACT = """\
/* No fused multiply-add: each operation is rounded by itself, so that the bits repeat. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("fp-contract=off")
#else
#pragma STDC FP_CONTRACT OFF
#endif"""


def write(graph: Graph, dtype: str) -> bytes:
    """The file with a network, in C."""
    return C(graph, dtype).text().encode()
