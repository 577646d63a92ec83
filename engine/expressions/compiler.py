"""Checks the text of an expression and turns it into one closure.

The check is an allow-list over the syntax tree of Python's own parser: a node that
`_READERS` does not name is refused, whatever it would do. Every remaining node becomes
a closure, so an evaluation neither parses nor looks at a tree. No code object is made.
"""

import ast
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias, cast

from engine import limits
from engine.errors import ExpressionError
from engine.expressions import functions, operators, source, values
from engine.expressions.values import Code, Run, Value

#: Works out one part of an expression.
Part: TypeAlias = Callable[[Run], Value]

_MISSING: Final = object()
#: For parts that read nothing.
_NOTHING: Final = Run("", {})


def parse(text: str) -> tuple[Part, frozenset[str]]:
    """Return the closure of an expression and the names of the data it reads.

    Raises:
        ExpressionError: the text is not in the language or exceeds a limit.
    """
    reader = _Reader(source.Source(text))
    return reader.whole(), frozenset(reader.names)


class _Reader:
    """Reads one tree, node by node; refuses what is not in the language."""

    def __init__(self, written: source.Source) -> None:
        self.names: set[str] = set()
        self._source = written
        self._nodes = 0
        self._depth = 0
        self._loops = 0
        self._local: str | None = None

    def whole(self) -> Part:
        """Return the closure of the whole expression."""
        return self.read(self._source.tree())

    def refusal(self, code: Code, reason: str, node: ast.expr) -> ExpressionError:
        """Return the error for a node."""
        return self._source.refusal(code, reason, self._source.column(node))

    def read(self, node: ast.expr) -> Part:
        """Return the closure of a node and of everything below it."""
        reader = _READERS.get(type(node))
        if reader is None:
            name = type(node).__name__
            raise self.refusal("construct", f"{name} is not in the language", node)
        self._nodes += 1
        if self._nodes > limits.EXPRESSION_NODES:
            reason = f"it has more than {limits.EXPRESSION_NODES} parts"
            raise self.refusal("too-many-nodes", reason, node)
        self._depth += 1
        if self._depth > limits.EXPRESSION_DEPTH:
            reason = f"it is nested deeper than {limits.EXPRESSION_DEPTH}"
            raise self.refusal("too-deep", reason, node)
        part = reader(self, node)
        self._depth -= 1
        return part

    def _check_name(self, name: str, written: str, node: ast.expr) -> None:
        problem = source.name_problem(name) or source.name_problem(written)
        if problem:
            raise self.refusal(*problem, node)

    def read_constant(self, node: ast.Constant) -> Part:
        if type(node.value) not in values.PLAIN | values.NUMBERS:
            kind = type(node.value).__name__
            raise self.refusal("constant", f"{kind} is not in the language", node)
        value = cast("Value", node.value)
        if isinstance(value, (int, float)) and not values.within_limits(value):
            raise self.refusal("number-too-big", "the number is too big", node)
        return lambda _run: value

    def read_name(self, node: ast.Name) -> Part:
        name = node.id
        self._check_name(name, self._source.written(node), node)
        if name in source.LITERALS:
            literal = source.LITERALS[name]
            return lambda _run: literal
        if name == self._local:
            return lambda run: run.local
        self.names.add(name)
        at = self._source.column(node)

        def read(run: Run) -> Value:
            value = run.data.get(name, _MISSING)
            if type(value) in values.PLAIN:
                return value  # type: ignore[return-value]
            run.at = at
            if value is _MISSING:
                raise run.refusal("name-unknown", f"there is no data named {name!r}")
            return run.admit(value)

        return read

    def read_bool_op(self, node: ast.BoolOp) -> Part:
        decisive = isinstance(node.op, ast.Or)
        parts = [self._flag(value) for value in node.values]

        def decide(run: Run) -> Value:
            for part in parts:
                if part(run) is decisive:
                    return decisive
            return not decisive

        return decide

    def _flag(self, node: ast.expr) -> Callable[[Run], bool]:
        """Return the closure of a node that must be a yes/no value."""
        part, at = self.read(node), self._source.column(node)

        def flag(run: Run) -> bool:
            value = part(run)
            if value is True or value is False:
                return value
            run.at = at
            reason = f"a yes/no value is needed here, not {values.kind(value)}"
            raise run.refusal("not-boolean", reason)

        return flag

    def read_unary_op(self, node: ast.UnaryOp) -> Part:
        if isinstance(node.op, ast.Not):
            flag = self._flag(node.operand)
            return lambda run: not flag(run)
        if isinstance(node.op, ast.Invert):
            raise self.refusal("operator", "the operator is not in the language", node)
        act = operators.negate if isinstance(node.op, ast.USub) else operators.affirm
        part, at = self.read(node.operand), self._source.column(node)

        def signed(run: Run) -> Value:
            value = part(run)
            run.at = at
            return act(run, value)

        return signed

    def read_bin_op(self, node: ast.BinOp) -> Part:
        act = operators.ARITHMETIC.get(type(node.op))
        if act is None:
            raise self.refusal("operator", "the operator is not in the language", node)
        return self._binary(act, node.left, node.right, node)

    def _binary(
        self,
        act: operators.Binary,
        left_node: ast.expr,
        right_node: ast.expr,
        node: ast.expr,
    ) -> Part:
        left, right = self.read(left_node), self.read(right_node)
        at = self._source.column(node)

        def work(run: Run) -> Value:
            one, other = left(run), right(run)
            run.at = at
            return act(run, one, other)

        return work

    def read_compare(self, node: ast.Compare) -> Part:
        for sign, operand in zip(node.ops, node.comparators, strict=True):
            self._check_identity(sign, operand)
        tests = [operators.COMPARISONS[type(sign)] for sign in node.ops]
        if len(tests) == 1:
            return self._binary(tests[0], node.left, node.comparators[0], node)
        first = self.read(node.left)
        rest = [self.read(operand) for operand in node.comparators]
        at = self._source.column(node)

        def chain(run: Run) -> Value:
            left = first(run)
            for test, part in zip(tests, rest, strict=True):
                right = part(run)
                run.at = at
                if not test(run, left, right):
                    return False
                left = right
            return True

        return chain

    def _check_identity(self, sign: ast.cmpop, operand: ast.expr) -> None:
        if not isinstance(sign, (ast.Is, ast.IsNot)):
            return
        named = isinstance(operand, ast.Name) and operand.id in source.LITERALS
        fixed = isinstance(operand, ast.Constant) and (
            operand.value is None or isinstance(operand.value, bool)
        )
        if not (named or fixed):
            reason = "'is' compares with None, True or False; use '=='"
            raise self.refusal("operator", reason, operand)

    def read_if_exp(self, node: ast.IfExp) -> Part:
        test = self._flag(node.test)
        then, otherwise = self.read(node.body), self.read(node.orelse)
        return lambda run: then(run) if test(run) else otherwise(run)

    def read_list(self, node: ast.List | ast.Tuple) -> Part:
        parts = [self.read(element) for element in node.elts]
        if all(isinstance(element, ast.Constant) for element in node.elts):
            # Nothing in the language changes a list, and results are copies.
            fixed = [part(_NOTHING) for part in parts]
            return lambda _run: fixed
        return lambda run: [part(run) for part in parts]

    def read_dict(self, node: ast.Dict) -> Part:
        entries: dict[str, Part] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                reason = "the keys of a record are texts in quotes"
                raise self.refusal("construct", reason, key or value)
            if key.value.startswith("_"):
                raise self.refusal("name-hidden", "the key starts with '_'", key)
            self.read(key)
            entries[key.value] = self.read(value)
        return lambda run: {name: part(run) for name, part in entries.items()}

    def read_subscript(self, node: ast.Subscript) -> Part:
        if isinstance(node.slice, (ast.Slice, ast.Tuple)):
            raise self.refusal("construct", "a slice is not in the language", node)
        return self._binary(operators.item, node.value, node.slice, node)

    def read_attribute(self, node: ast.Attribute) -> Part:
        name = node.attr
        before, found, after = self._source.written(node).rpartition(name)
        if after or not found or not before.rstrip().endswith("."):
            raise self.refusal(
                "name-disguised", "the name is written with look-alike letters", node
            )
        self._check_name(name, name, node)
        part, at = self.read(node.value), self._source.column(node)

        def get(run: Run) -> Value:
            value = part(run)
            run.at = at
            return operators.part(run, value, name)

        return get

    def read_call(self, node: ast.Call) -> Part:
        called = node.func
        if not isinstance(called, ast.Name):
            reason = "only a named function can be called, not a method"
            raise self.refusal("call", reason, node)
        self._check_name(called.id, self._source.written(called), called)
        function = functions.FUNCTIONS.get(called.id)
        if function is None:
            raise self.refusal("call", f"there is no function {called.id!r}", node)
        if node.keywords or not function.least <= len(node.args) <= function.most:
            reason = f"the arguments of {called.id!r} are not right"
            raise self.refusal("call", reason, node)
        parts = [self._argument(argument) for argument in node.args]
        call, at = function.call, self._source.column(node)

        def invoke(run: Run) -> Value:
            arguments = [part(run) for part in parts]
            run.at = at
            return call(run, *arguments)

        return invoke

    def _argument(self, node: ast.expr) -> Part:
        if isinstance(node, ast.GeneratorExp):
            # any(x > 1 for x in xs) reads better than with brackets; it is a list.
            listed = ast.ListComp(elt=node.elt, generators=node.generators)
            node = ast.copy_location(listed, node)
        return self.read(node)

    def _loop_variable(self, node: ast.ListComp, loop: ast.comprehension) -> str:
        self._loops += 1
        if self._loops > 1 or len(node.generators) > 1 or loop.is_async:
            raise self.refusal("construct", "there may be only one 'for'", node)
        target = loop.target
        if not isinstance(target, ast.Name) or target.id in source.LITERALS:
            raise self.refusal("construct", "'for' takes one plain name", target)
        self._check_name(target.id, self._source.written(target), target)
        return target.id

    def read_comprehension(self, node: ast.ListComp) -> Part:
        loop = node.generators[0]
        name = self._loop_variable(node, loop)
        items, at, before = self.read(loop.iter), self._source.column(node), self._nodes
        self._local = name
        tests = [self._flag(test) for test in loop.ifs]
        element = self.read(node.elt)
        self._local = None
        cost = 1 + self._nodes - before

        def repeat(run: Run) -> Value:
            made: list[Value] = []
            for entry in _entries(run, items(run), at):
                run.at = at
                run.charge(cost)
                run.local = run.admit(entry)
                if all(test(run) for test in tests):
                    made.append(element(run))
            return made

        return repeat


def _entries(run: Run, items: Value, at: int) -> list[Value]:
    run.at = at
    if not isinstance(items, list):
        raise run.refusal("type", f"'for' needs a list, not {values.kind(items)}")
    run.room_for_list(len(items))
    return items


_READERS: Final[Mapping[type[ast.expr], Callable[..., Part]]] = MappingProxyType(
    {
        ast.Constant: _Reader.read_constant,
        ast.Name: _Reader.read_name,
        ast.BoolOp: _Reader.read_bool_op,
        ast.UnaryOp: _Reader.read_unary_op,
        ast.BinOp: _Reader.read_bin_op,
        ast.Compare: _Reader.read_compare,
        ast.IfExp: _Reader.read_if_exp,
        ast.List: _Reader.read_list,
        ast.Tuple: _Reader.read_list,
        ast.Dict: _Reader.read_dict,
        ast.Subscript: _Reader.read_subscript,
        ast.Attribute: _Reader.read_attribute,
        ast.Call: _Reader.read_call,
        ast.ListComp: _Reader.read_comprehension,
    }
)
