"""Shell text as statements, so far as a check of exit statuses needs it.

Knows quoting, substitutions, here-documents and compound commands; evaluates nothing. A construct it
does not know is taken for an ordinary word.
"""
import re

SPLIT = ("\n", ";;", ";", "&&", "||", "|&", "|", "&", "(", ")")
OPENS = {"{", "(", "then", "do", "else"}
CLOSES = {"}", ")", "fi", "done", "esac"}
CONDITIONS = {"if", "elif", "while", "until"}


class Token:
    def __init__(self, text, line, is_op=False, inner=()):
        self.text, self.line, self.is_op, self.inner = text, line, is_op, list(inner)


class Command:
    """One simple command: its words, the line of the first, and whether it is negated."""

    def __init__(self, words):
        self.words = words
        self.line = words[0].line if words else 0

    def texts(self):
        return [w.text for w in self.words]


class Statement:
    """An and-or list: pipelines (negated, [Command]), the operators between them, what it is for.

    use: "condition", "last" (of a function or group), "background" or "".
    """

    def __init__(self):
        self.pipelines, self.operators, self.use = [], [], ""
        self.line, self.following, self.source = 0, None, ""


def _closing(text, at):
    """The index after the ")" that ends what began before AT."""
    depth, quote = 1, ""
    while at < len(text):
        c = text[at]
        if c == "\\" and quote != "'":
            at += 1
        elif quote == "'" or (quote and c == quote):
            quote = "" if c == quote else quote
        elif c == "$" and text[at + 1:at + 2] == "(":
            at = _closing(text, at + 2) - 1
        elif not quote and c in "'\"":
            quote = c
        elif not quote and c == "#" and text[at - 1] in " \t\n":
            at = text.find("\n", at) - 1
        elif not quote and c in "()":
            depth += 1 if c == "(" else -1
            if not depth:
                return at + 1
        at += 1
    return at


class Lexer:
    def __init__(self, text, line=1):
        self.text, self.at, self.line = text, 0, line
        self.tokens, self.documents = [], []

    def run(self):
        while self.at < len(self.text):
            self.step()
        return self.tokens

    def step(self):
        text, at = self.text, self.at
        if text[at] in " \t":
            self.at += 1
        elif text.startswith("\\\n", at):
            self.at, self.line = at + 2, self.line + 1
        elif text[at] == "#":
            self.at = (text.find("\n", at) + len(text) + 1) % (len(text) + 1) if "\n" in text[at:] \
                else len(text)
        elif text.startswith("((", at) and self.begins_command():
            end = text.find("))", at) + 2
            self.push(text[at:end])
            self.at = end
        elif text.startswith("[[", at) and self.begins_command():
            end = text.find("]]", at) + 2
            self.push(text[at:end])
            self.at = end
        else:
            op = next((o for o in SPLIT if text.startswith(o, at)), "")
            if op and not (op == "&" and text[at + 1:at + 2] == ">"):
                self.operator(op)
            else:
                self.word()

    def begins_command(self):
        last = self.tokens[-1] if self.tokens else None
        return not last or last.is_op or last.text in CONDITIONS | OPENS | {"!", "for"}

    def push(self, text, is_op=False, inner=()):
        self.tokens.append(Token(text, self.line, is_op, inner))
        self.line += text.count("\n") if not is_op else 0

    def operator(self, op):
        self.push(op, True)
        self.at += len(op)
        if op == "\n":
            self.line += 1
            for end in self.documents:
                found = re.compile(r"^\t*" + re.escape(end) + "$", re.M).search(self.text, self.at)
                stop = found.end() + 1 if found else len(self.text)
                self.line += self.text.count("\n", self.at, stop)
                self.at = stop
            self.documents = []

    def word(self):
        text, begin, inner = self.text, self.at, []
        at, quote = begin, ""
        while at < len(text):
            c = text[at]
            if c == "\\" and quote != "'":
                at += 2
                continue
            if c in "$<>" and text[at + 1:at + 2] == "(" and quote != "'":
                end = _closing(text, at + 2)
                if not text.startswith("$((", at):
                    inner.append((text[at + 2:end - 1],
                                  self.line + text.count("\n", begin, at)))
                at = end
                continue
            if quote:
                quote = "" if c == quote else quote
            elif c in "'\"":
                quote = c
            elif c == "&" and text[at - 1:at] in "<>" and at > begin:
                pass
            elif c in " \t\n;|)" or (c == "&" and text[at + 1:at + 2] != ">") or \
                    (c == "(" and text[at - 1:at] != "="):
                break
            elif c == "(":
                at = _closing(text, at + 1)
                continue
            at += 1
        found = re.match(r"\d*<<-?\s*['\"]?(\w+)", text[begin:begin + 80])
        if found and not text.startswith("<<<", begin):
            self.documents.append(found.group(1))
            at = max(at, begin + found.end())
            at += text[at:at + 1] in ("'", '"') and text[at:at + 1] != ""
        self.at = max(at, begin + 1)
        self.push(text[begin:self.at], inner=inner)


def statements(text, line=1):
    """All statements of TEXT, those of its substitutions as well (marked by use "inner")."""
    tokens = Lexer(text, line).run()
    done, current, words, groups = [], Statement(), [], []
    negated, context = False, ""
    pipeline = []

    def end_command():
        nonlocal words
        if words:
            pipeline.append(Command(words))
        words = []

    def end_pipeline():
        nonlocal pipeline, negated
        end_command()
        if pipeline:
            current.pipelines.append((negated, pipeline))
        pipeline, negated = [], False

    def end_statement(use=""):
        nonlocal current
        end_pipeline()
        if current.pipelines:
            current.use = use or context
            current.line = current.pipelines[0][1][0].line
            done.append(current)
        current = Statement()

    skip = ""
    for token in tokens:
        word = token.text
        if skip:
            if (skip == "for" and (word in (";", "\n"))) or (skip == "case" and word == "in"):
                skip = ""
            continue
        if token.is_op:
            if word in ("&&", "||"):
                end_pipeline()
                current.operators.append(word)
            elif word in ("|", "|&"):
                end_command()
            elif word == "(":
                if words and len(words) == 1 and not pipeline:
                    words = []  # the name of a function
                groups.append("(")
            elif word == ")":
                end_statement("last" if groups and groups[-1] == "(" else "")
                if groups and groups[-1] == "(":
                    groups.pop()
            elif word == "\n" and (current.operators and not words and not pipeline):
                pass  # a list goes on in the next line
            elif word == "\n" and pipeline and not words:
                pass
            else:
                end_statement("background" if word == "&" else "")
            continue
        if not words:
            if word in CONDITIONS:
                end_statement("last" if pipeline else "")  # a loop reads it: its status is the loop's
                context = "condition"
                continue
            if word in ("for", "select", "case"):
                end_statement()
                skip = "for" if word != "case" else "case"
                continue
            if word in OPENS:
                end_statement()
                context = ""
                if word == "{":
                    groups.append("{")
                continue
            if word in CLOSES:
                end_statement()
                if word == "}":
                    if done and done[-1].use == "":
                        done[-1].use = "last"
                    if groups:
                        groups.pop()
                continue
            if word == "!":
                negated = True
                continue
        words.append(token)
    end_statement()
    for here, there in zip(done, done[1:]):
        here.following = there
    inner = []
    for statement in done:
        for _, commands in statement.pipelines:
            for command in commands:
                for token in command.words:
                    for sub, sub_line in token.inner:
                        found = statements(sub, sub_line)
                        for s in found:
                            s.use = s.use or "inner"
                        inner += found
    return done + inner
