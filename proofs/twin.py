#!/usr/bin/env python3
"""The logic of proofs/acsl in Coq's words: `twin.py FILE.h ... >Twin.v`.

Every logic function with a body becomes a goal that it equals the Coq definition of the same name, closed by
computation; every axiom a goal closed by the theorem of the same name. So coqc accepts the output only if the two texts
say the same. A pointer becomes a sequence nat -> R (one for each label at which it is read), an integer a natural
number: an integer variable must be bounded from below by 0, else the translation is refused."""
import re
import sys

TOKEN = re.compile(r'\s*(\\?[A-Za-z_]\w*|\d+\.\d+|\d+|\.\.|<==>|==>|==|!=|<=|>=|&&|\|\||[-+*/<>?:;,(){}\[\]=!])')
NAMES = {'Exp': 'exp', 'Log': 'ln', '\\max': 'Rmax', '\\abs': 'Rabs'}


class Refused(Exception):
    pass


def annotations(text):
    """The ACSL of a header, without comments."""
    found = ' '.join(re.findall(r'/\*@(.*?)\*/', text, re.S))
    return re.sub(r'//[^\n]*', ' ', found)


def tokens(text):
    out, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise Refused('cannot read: ' + text[at:at + 40])
        out.append(match.group(1))
        at = match.end()
    return out


class Reader:
    """Recursive descent over the tokens; a term is a tuple (kind, ...)."""

    def __init__(self, items):
        self.items, self.at = items, 0

    def peek(self):
        return self.items[self.at] if self.at < len(self.items) else None

    def next(self, *expected):
        item = self.peek()
        if item is None or expected and item not in expected:
            raise Refused('expected %s, got %s' % (' or '.join(expected) or 'more', item))
        self.at += 1
        return item

    def take(self, item):
        if self.peek() == item:
            self.at += 1
            return True
        return False

    def labels(self):
        found = []
        if self.take('{'):
            found.append(self.next())
            while self.take(','):
                found.append(self.next())
            self.next('}')
        return found

    def binders(self, end):
        """real t, s, integer n, double *x, *z up to the token end."""
        found, kind = [], None
        while True:
            if self.peek() in ('real', 'integer', 'double'):
                kind = self.next()
            star = self.take('*')
            if kind is None or star != (kind == 'double'):
                raise Refused('a binder of no known type, before ' + str(self.peek()))
            found.append((self.next(), kind))
            if self.take(end):
                return found
            self.next(',')

    def formula(self):
        if self.take('\\forall'):
            binders = self.binders(';')
            return ('forall', binders, self.formula())
        left = self.conjunction()
        return ('implies', left, self.formula()) if self.take('==>') else left

    def conjunction(self):
        left = self.comparison()
        return ('and', left, self.conjunction()) if self.take('&&') else left

    def comparison(self):
        terms, signs = [self.conditional()], []
        while self.peek() in ('==', '!=', '<', '<=', '>', '>='):
            signs.append(self.next())
            terms.append(self.conditional())
        return ('compare', signs, terms) if signs else terms[0]

    def conditional(self):
        left = self.sum()
        if self.peek() in ('<=', '<', '>') and self.items[self.at + 2] == '?':
            sign, right = self.next(), self.sum()
            self.next('?')
            yes = self.conditional()
            self.next(':')
            return ('if', sign, left, right, yes, self.conditional())
        return left

    def sum(self):
        left = self.product()
        while self.peek() in ('+', '-'):
            left = ('op', self.next(), left, self.product())
        return left

    def product(self):
        left = self.unary()
        while self.peek() in ('*', '/'):
            left = ('op', self.next(), left, self.unary())
        return left

    def unary(self):
        if self.take('-'):
            return ('minus', self.unary())
        return self.primary()

    def primary(self):
        item = self.next()
        if item == '(':
            inner = self.formula()
            self.next(')')
            return inner
        if re.match(r'\d', item):
            return ('number', item)
        if item == '\\at':
            self.next('(')
            inner = self.formula()
            self.next(',')
            label = self.next()
            self.next(')')
            return ('at', inner, label)
        labels = self.labels()
        if self.take('('):
            arguments = [self.formula()]
            while self.take(','):
                arguments.append(self.formula())
            self.next(')')
            return ('call', item, labels, arguments)
        if self.take('['):
            index = self.formula()
            self.next(']')
            return ('index', item, index)
        return ('name', item)


class Writer:
    """A term in Coq, with its type: 'real', 'integer' or 'prop'. types: of the variables in scope."""

    def __init__(self, functions, types, label=None, recursion=None):
        self.functions, self.types, self.label = functions, dict(types), label
        self.recursion = recursion  # the variable that is S k in the step of a definition
        self.used = []              # the sequences (pointer, label)

    def sequence(self, name, label):
        if self.types.get(name) != 'double':
            raise Refused(name + ' is not a pointer')
        if (name, label) not in self.used:
            self.used.append((name, label))
        return name + '_' + label if label else name

    def real(self, term):
        text, kind = self.term(term)
        if kind == 'integer':
            return text if re.fullmatch(r'\d+', text) else '(INR %s)' % text
        return text

    def integer(self, term):
        text, kind = self.term(term)
        if kind != 'integer':
            raise Refused('an integer was expected: ' + text)
        return text + '%nat' if text.isdigit() else text

    def compare(self, signs, terms):
        kinds = {self.term(t)[1] for t in terms}
        real = 'real' in kinds
        parts = [self.real(t) if real else self.integer(t) for t in terms]
        words = {'==': '=', '!=': '<>'}
        text = ' /\\ '.join('%s %s %s' % (a, words.get(s, s), b) for a, s, b in zip(parts, signs, parts[1:]))
        return ('(%s)' if real else '(%s)%%nat') % text

    def term(self, term):
        kind = term[0]
        if kind == 'number':
            return (re.sub(r'\.0$', '', term[1]), 'real') if '.' in term[1] else (term[1], 'integer')
        if kind == 'name':
            if term[1] not in self.types:
                raise Refused('unknown: ' + term[1])
            if term[1] == self.recursion:
                return '(S %s)' % term[1], 'integer'
            return term[1], self.types[term[1]]
        if kind == 'minus':
            return '(- %s)' % self.real(term[1]), 'real'
        if kind == 'op':
            if self.recursion and term == ('op', '-', ('name', self.recursion), ('number', '1')):
                return self.recursion, 'integer'
            kinds = [self.term(t)[1] for t in term[2:]]
            if kinds == ['integer', 'integer']:
                raise Refused('arithmetic of integers')
            return '(%s %s %s)' % (self.real(term[2]), term[1], self.real(term[3])), 'real'
        if kind == 'at':
            before, self.label = self.label, term[2]
            result = self.term(term[1])
            self.label = before
            return result
        if kind == 'index':
            return '(%s %s)' % (self.sequence(term[1], self.label), self.integer(term[2])), 'real'
        if kind == 'call':
            return self.call(term[1], term[2], term[3]), 'real'
        if kind == 'compare':
            return self.compare(term[1], term[2]), 'prop'
        if kind in ('implies', 'and'):
            return '(%s %s %s)' % (self.term(term[1])[0], '->' if kind == 'implies' else '/\\', self.term(term[2])[0]), 'prop'
        if kind == 'forall':
            return self.forall(term[1], term[2]), 'prop'
        raise Refused('no translation of ' + kind)

    def call(self, name, labels, arguments):
        if name in ('\\max', '\\abs', 'Exp', 'Log'):
            return '(%s %s)' % (NAMES[name], ' '.join(self.real(a) for a in arguments))
        if name not in self.functions:
            raise Refused('unknown function: ' + name)
        parameters = self.functions[name]
        if len(parameters) != len(arguments):
            raise Refused('%s takes %d arguments' % (name, len(parameters)))
        label, words = labels[0] if labels else self.label, []
        for (_, kind), argument in zip(parameters, arguments):
            if kind == 'double':
                words.append(self.sequence(argument[1], label))
            else:
                words.append(self.real(argument) if kind == 'real' else self.integer(argument))
        return '(%s %s)' % (name, ' '.join(words))

    def forall(self, binders, body):
        before = dict(self.types)
        self.types.update(binders)
        for name, kind in binders:
            if kind == 'integer' and name not in bounded(body):
                raise Refused('%s is not bounded from below by 0' % name)
        text = self.term(body)[0]
        words = []
        for name, kind in binders:
            if kind == 'double':
                seen = sorted(label or '' for used, label in self.used if used == name)
                words += ['(%s : nat -> R)' % (name + '_' + label if label else name) for label in seen]
            else:
                words.append('(%s : %s)' % (name, 'R' if kind == 'real' else 'nat'))
        self.types = before
        return '(forall %s, %s)' % (' '.join(words), text)


def bounded(body):
    """The variables with a premise 0 <= v, 0 < v or 0 <= u < v."""
    found = set()
    while body[0] == 'implies':
        parts = [body[1]]
        while parts:
            part = parts.pop()
            if part[0] == 'and':
                parts += part[1:]
            elif part[0] == 'compare' and part[2][0] == ('number', '0') and set(part[1]) <= {'<', '<='}:
                found |= {term[1] for term in part[2] if term[0] == 'name'}
        body = body[2]
    return found


def typed(parameters):
    return ' '.join('(%s : %s)' % (name, {'real': 'R', 'integer': 'nat', 'double': 'nat -> R'}[kind])
                    for name, kind in parameters)


def definition(name, parameters, body, functions, out):
    types = dict(parameters)
    if body[0] == 'if':
        _, sign, left, right, base, step = body
        if sign != '<=' or right != ('number', '0') or types.get(left[1]) != 'integer':
            raise Refused(name + ': a recursion is written n <= 0 ? BASE : STEP')
        n = left[1]
        empty = ' '.join('O' if p == n else p for p, _ in parameters)
        more = ' '.join('(S %s)' % p if p == n else p for p, _ in parameters)
        rest = typed([p for p in parameters if p[0] != n])
        out.append('Goal forall %s, %s %s = %s. Proof. reflexivity. Qed.' %
                   (rest, name, empty, Writer(functions, types).real(base)))
        out.append('Goal forall %s, %s %s = %s. Proof. reflexivity. Qed.' %
                   (typed(parameters), name, more, Writer(functions, types, recursion=n).real(step)))
    else:
        out.append('Goal forall %s, %s %s = %s. Proof. reflexivity. Qed.' %
                   (typed(parameters), name, ' '.join(p for p, _ in parameters), Writer(functions, types).real(body)))


def translate(text, functions, out):
    reader, depth = Reader(tokens(annotations(text))), 0
    while reader.peek():
        word = reader.next('axiomatic', '}', 'logic', 'axiom')
        if word == 'axiomatic':
            reader.next()
            reader.next('{')
            depth += 1
        elif word == '}':
            depth -= 1
        elif word == 'logic':
            reader.next('real')
            name = reader.next()
            reader.labels()
            reader.next('(')
            functions[name] = reader.binders(')')
            if name in ('Exp', 'Log'):
                reader.next(';')
                continue
            out.append('Check (%s : %s -> R).' % (
                name, ' -> '.join({'real': 'R', 'integer': 'nat', 'double': '(nat -> R)'}[k] for _, k in functions[name])))
            if reader.take('='):
                definition(name, functions[name], reader.conditional(), functions, out)
            elif reader.take('reads'):
                while reader.peek() != ';':
                    reader.next()
            reader.next(';')
        else:
            name, labels = reader.next(), reader.labels()
            reader.next(':')
            formula = reader.formula()
            reader.next(';')
            writer = Writer(functions, {}, label=None if len(labels) < 2 else '?')
            statement = writer.term(formula)[0]
            if any(label == '?' for _, label in writer.used):
                raise Refused(name + ': a pointer without its label')
            out.append('Goal %s. Proof. exact %s. Qed.' % (statement, name))
    if depth:
        raise Refused('an axiomatic block is not closed')


def main():
    functions, out = {}, []
    for path in sys.argv[1:]:
        with open(path, encoding='utf-8') as file:
            try:
                translate(file.read(), functions, out)
            except Refused as reason:
                sys.exit('%s: %s' % (path, reason))
    print('(* Written by proofs/twin.py from', ', '.join(sys.argv[1:]), '*)')
    print('From Coq Require Import Reals Lra Lia.')
    print('From Verirec Require Import Sums ExpLog Losses Gradients Stable Contracts.')
    print('Open Scope R_scope.')
    print('\n'.join(out))


if __name__ == '__main__':
    main()
