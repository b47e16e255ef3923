#!/usr/bin/env python3
"""Writes the Gappa scripts from the C: generate.py TEMPLATE PRECISION FOLDER, one script a goal of the template.

A template (*.in) states what is proved; the operations come from src/num/elementary.h itself, statement by
statement, so a changed coefficient, a dropped term or an fma taken apart changes what Gappa is asked.

    %body FUNCTION [given NAME ...] [branch CONDITION = 0 or 1, ...] [until VARIABLE]
                  the function's statements, each operation rounded once and an fma as one; a variable that is
                  assigned again is numbered x_1, x_2, ..., its last value is plain x; `before` is what the last
                  statement, or VARIABLE's, rounds
    %rest TEXT    what must follow in the C, word for word: that part is proved elsewhere (proofs/coq/Rounding.v)
    %text FUNCTION TEXT     what a function without arithmetic of its own must be, statement by statement
    %is NAME = EXPRESSION   what a statement's translation must be, for what the template says of its parts
    %exact NAME TABLE ARGUMENT   the polynomial of that table, in Horner's form and not rounded
    %for WORD ...           a line for the goals whose name begins with WORD: too many hints exhaust Gappa
    %only f32 or f64 ...    a line for that precision
    $NAME         a number: of numbers.tsv, of the header's comments ($proved_exp), of Polynomials.v, or a clamp's
                  ($x_least, $x_most); [[...]] sums and products of such, exactly
Anything in the C that is not understood is an error. Python's standard library only.
"""
import decimal
import os
import re
import sys

HEADER, COQ, HERE = "src/num/elementary.h", "proofs/coq/Polynomials.v", "proofs/gappa"  # from the root


def stop(text):
    sys.exit("generate.py: " + text)


def read(path):
    with open(path) as file:
        return file.read()


source = re.sub(r"/\*.*?\*/", " ", read(HEADER), flags=re.S)
macros = dict(re.findall(r"^#define (VR_\w+)\s+\(?(-?[0-9a-fx.p+-]+?)f?\)?\s*$", source, flags=re.M))


def function(name):
    """The parameters and the statements of a function."""
    found = re.search(r"static inline \w+ " + name + r"\(([^)]*)\) \{\n(.*?)\n\}", source, flags=re.S)
    if not found:
        stop("no function " + name)
    parts = split(" ".join(found.group(2).split()), ";")
    return [p.split()[-1].lstrip("*") for p in found.group(1).split(",")], parts


# --- expressions: a recursive descent over C's ?: + - * / unary - calls and numbers ------------------
TOKEN = re.compile(r"\s*(0x[0-9a-f.]+p[+-]?\d+f?|\d+\.?\d*(?:[ep][+-]?\d+)?f?|\w+|[<>=!]=|\S)")
NUMBER = re.compile(r"^(0x[0-9a-f.]+p[+-]?\d+|\d+\.?\d*(?:e[+-]?\d+)?)f?$")


class Reader:
    """Translates expressions; `names` maps a C variable to what it is called now."""

    def __init__(self, names, tables, branches):
        self.names, self.tables, self.branches = names, tables, branches

    def translate(self, text):
        self.tokens, self.at = TOKEN.findall(text), 0
        result = self.choice()
        if self.at != len(self.tokens):
            stop("cannot read: " + text)
        return result

    def look(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted=None):
        token = self.look()
        if not token or wanted and token != wanted:
            stop("expected %s, found %s in: %s" % (wanted, token, " ".join(self.tokens)))
        self.at += 1
        return token

    def choice(self):
        start, condition = self.at, self.sum()
        if self.look() in ("<", ">", "<=", ">=", "=="):
            self.take()
            self.sum()
        if self.look() != "?":
            return condition
        asked = " ".join(self.tokens[start:self.at])
        self.take("?")
        yes = self.choice()
        self.take(":")
        no = self.choice()
        if asked not in self.branches:
            stop("the template does not choose a branch of: " + asked)
        return yes if self.branches[asked] else no

    def sum(self):
        left = self.product()
        while self.look() in ("+", "-"):
            sign = self.take()
            left = "fl(%s %s %s)" % (left, sign, self.product())
        return left

    def product(self):
        left = self.unary()
        while self.look() in ("*", "/"):
            sign = self.take()
            left = "fl(%s %s %s)" % (left, sign, self.unary())
        return left

    def unary(self):
        if self.look() == "-":
            self.take()
            return "(-%s)" % self.unary()
        return self.leaf()

    def leaf(self):
        token = self.take()
        if token == "(":
            inner = self.choice()
            self.take(")")
            return inner
        if NUMBER.match(token):
            return NUMBER.match(token).group(1)
        if token in macros:
            return macros[token] if macros[token][0] != "-" else "(%s)" % macros[token]
        if token in ("__builtin_fma", "__builtin_fmaf"):
            return "fl(%s * %s + %s)" % tuple(self.arguments(3))
        if token in self.tables:
            self.take("[")
            index = self.take()
            self.take("]")
            return self.tables[token][int(index)]
        if token in self.names:
            return self.names[token]
        stop("what is %s in: %s" % (token, " ".join(self.tokens)))

    def arguments(self, n):
        found = []
        for i in range(n):
            self.take("," if i else "(")
            found.append(self.choice())
        self.take(")")
        return found


# --- statements ------------------------------------------------------------------------------------
def unrolled(statement):
    """`for (int i = 9; i >= 0; i--) p = ...` as its passes."""
    loop = re.match(r"for \(int i = (\d+); i >= 0; i--\) (.*)", statement)
    if not loop:
        return [statement]
    return [re.sub(r"\bi\b", str(i), loop.group(2)) for i in range(int(loop.group(1)), -1, -1)]


def split(text, mark):
    """At the marks that are not in brackets."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign in "({[") - (sign in ")}]")
        if sign == mark and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [p.strip() for p in parts if p.strip()]


def assignments(statements):
    """(name, expression) in order; a table is (name, [numbers]), a clamp (name, (sign, number))."""
    for statement in statements:
        table = re.match(r"static const (?:float|double) (\w+)\[\d+\] = \{(.*)\}", statement)
        clamp = re.match(r"(\w+) = \1 ([<>]) (\S+) \? \3 : \1$", statement)
        value = re.match(r"return (.*)", statement)
        if table:
            yield table.group(1), [n.strip() for n in table.group(2).split(",")]
        elif clamp:
            number = macros.get(clamp.group(3), clamp.group(3))
            yield clamp.group(1), (clamp.group(2), number)
        elif value:
            yield "result", value.group(1)
        else:
            for one in unrolled(statement):
                for part in split(re.sub(r"^(float|double) ", "", one), ","):
                    assignment = re.match(r"(\w+) = (.*)", part)
                    if assignment:
                        yield assignment.groups()
                    elif not re.match(r"\w+$", part):
                        stop("cannot read the statement: " + statement)


def body(directive, clamps, rest):
    words = re.match(r"%body (\w+)(?: given (.*?))?(?: branch (.*?))?(?: until (\w+))?$", directive)
    name, given, branch, until = words.groups()
    parameters, statements = function(name)
    if until:
        last = max(i for i, s in enumerate(statements) if re.search(r"\b%s = " % until, s))
        statements, after = statements[:last + 1], statements[last + 1:]
    else:
        after = []
    for nan in ("if (!(x == x)) return x",):
        statements, after = [s for s in statements if s != nan], [s for s in after if s != nan]
    branches = {}
    for one in (branch or "").split(", "):
        if one:
            branches[" ".join(TOKEN.findall(one[:-4]))] = int(one[-1])
    if rest and after != rest:
        stop("%s goes on with: %s, not with: %s" % (name, "; ".join(after), "; ".join(rest)))
    names, tables, lines = {p: p for p in parameters + (given or "").split()}, {}, []
    pairs = list(assignments(statements))
    left = {}
    for variable, expression in pairs:
        if isinstance(expression, str):
            left[variable] = left.get(variable, 0) + 1
    seen = {}
    for variable, expression in pairs:
        if isinstance(expression, list):
            tables[variable] = expression
        elif isinstance(expression, tuple):
            clamps[variable + ("_most" if expression[0] == ">" else "_least")] = expression[1]
        elif variable not in (given or "").split():
            value = Reader(names, tables, branches).translate(expression)
            seen[variable] = seen.get(variable, 0) + 1
            called = variable if seen[variable] == left[variable] else "%s_%d" % (variable, seen[variable])
            if called == (until or "result") and value.startswith("fl("):
                lines.append("before = %s;" % value[len("fl("):-1])
                value = "fl(before)"
            lines.append("%s = %s;" % (called, value))
            names[variable] = called
    return lines


def coefficients(name):
    """exp_f32, log_f64, ...: q or r, lowest first."""
    kind, bits = name.split("_")
    letter = "q" if kind == "exp" else "r"
    if bits == "f32":
        return [v for k, v in sorted(macros.items()) if re.match("VR_%s_F32_%s\\d+$" % (kind.upper(), letter.upper()), k)]
    tables = dict(p for p in assignments(function({"exp": "vr_exp_f64", "log": "vr_log_core_f64"}[kind])[1][:1]))
    return tables[letter]


def horner(name, argument):
    result = ""
    for c in reversed(coefficients(name)):
        result = "(%s * %s + %s)" % (result, argument, c) if result else c
    return result


# --- numbers ---------------------------------------------------------------------------------------
def known(bits):
    """Every $NAME of this precision."""
    result = {}
    for line in read(HERE + "/numbers.tsv").splitlines():
        if line and line[0] != "#":
            name, f32, f64 = line.split("\t")[:3]
            result[name] = f32 if bits == "f32" else f64
    for comment, name in re.findall(r"/\*((?:(?!\*/).)*?)\*/\s*static inline \w+ vr_(\w+)_%s\(" % bits, read(HEADER),
                                    flags=re.S):
        proved = re.search(r"[Pp]roved[^0-9]*([0-9.]+[0-9])", comment)
        if proved:
            result["proved_" + name] = proved.group(1)
    for name, range_, error in re.findall(
            r"Theorem (\w+)_%s_polynomial \w : Rabs \w <= (.*?) ->.*?<= (?:Rabs s \^ 3 \* )?\(?(\d+ / 10 \^ \d+)\)?\." % bits,
            read(COQ), flags=re.S):
        digits = re.match(r"(\d+) / 10 \^ (\d+)", error)
        result["coq_" + name] = "%se-%s" % digits.groups()
        result["coq_%s_range" % name] = re.sub(r"(\d+) / 10 \^ (\d+)", r"\1e-\2", range_)
    mark = "_" + bits.upper()
    result.update((k.replace(mark, "")[len("VR_"):].lower(), v) for k, v in macros.items() if mark in k)
    for part in ("exp_ln2_", "log_ln2_"):  # double has one pair for both
        result.setdefault(part + "hi", result.get("ln2_hi"))
        result.setdefault(part + "lo", result.get("ln2_lo"))
    return result


def calculated(text):
    """The value of decimal numbers with + - * and brackets."""
    if not re.match(r"^[-+*() 0-9.e]+$", text):
        stop("cannot calculate " + text)
    decimal.getcontext().prec = 60
    return str(eval(re.sub(r"([0-9.]+(?:e[-+]?\d+)?)", r"decimal.Decimal('\1')", text)))


def main():
    if len(sys.argv) != 4 or sys.argv[2] not in ("f32", "f64"):
        stop("usage: generate.py TEMPLATE f32|f64 FOLDER")
    template, bits, out = sys.argv[1:]
    numbers = dict(known(bits), T=bits)

    def number(match):
        if match.group(1) not in numbers:
            stop("%s: no number $%s" % (template, match.group(1)))
        return numbers[match.group(1)]

    def fill(text):
        text = re.sub(r"\$(\w+)", number, text)
        return re.sub(r"\[\[(.*?)\]\]", lambda m: calculated(m.group(1)), text)

    lines = read(template).splitlines()
    rest = [fill(l[len("%rest "):]) for l in lines if l.startswith("%rest ")]
    script, goals = [], {}
    for line in lines:
        if line.startswith("%only "):
            precision, line = line[len("%only "):].split(" ", 1)
            if precision != bits:
                continue
        line = fill(line)
        if line.startswith("%body "):
            script += body(line, numbers, rest)
        elif line.startswith("%exact "):
            _, name, table, argument = line.split()
            script.append("%s = %s;" % (name, horner(table, argument)))
        elif line.startswith("%is "):
            if line[len("%is "):] + ";" not in script:
                stop("%s: the C does not have %s" % (template, line[len("%is "):]))
        elif line.startswith("%text "):
            name, text = line[len("%text "):].split(" ", 1)
            if "; ".join(function(name)[1]) != text:
                stop("%s is not what %s speaks of, but: %s" % (name, template, "; ".join(function(name)[1])))
        elif line.startswith("%goal "):
            name, goal = line[len("%goal "):].split(": ", 1)
            goals[name] = "{ %s }" % goal
            script.append("@")
        elif not line.startswith("%rest "):
            script.append(line)
    place = script.index("@")
    for name, goal in goals.items():
        after = [l for l in script[place:] if l != "@" and not l.startswith("%for ")]
        after += [l.split(" ", 2)[2] for l in script if l.startswith("%for ") and name.startswith(l.split()[1])]
        text = "\n".join(script[:place] + [goal] + after)
        with open("%s/%s.%s.%s.g" % (out, os.path.basename(template)[:-len(".in")], name, bits), "w") as file:
            file.write(text + "\n")


main()
