"""The docstrings of models and errors, composed of the model's texts, our overrides and the limits."""

import re

from codegen.annotations import Annotations
from codegen.naming import error_name, request_name, snake_case
from codegen.overrides import Overrides
from codegen.prose import WIDTH, Block, docstring, first_sentence, lines, markdown, wrap
from codegen.service import Member, Operation, Service, Shape

_REFERENCE = "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_{}.html"
# Listed after what is particular to an operation.
_EVERYWHERE = ("InvalidParameterException", "ServerException")
_USUAL_PAGE = 100


class Documents:
    """Docstrings as lines of source."""

    def __init__(self, service: Service, overrides: Overrides, annotations: Annotations) -> None:
        self._service = service
        self._overrides = overrides
        self._annotations = annotations
        self.undocumented: set[str] = set()
        """Items without a description in the model or `overrides.toml`: one sentence for each."""

    def shape(self, shape: Shape) -> list[str]:
        """Describe a shared structure, an enum or an error."""
        return docstring(lines(self._about(shape), WIDTH - 8), 4)

    def response(self, operation: Operation) -> list[str]:
        """Describe the response of an operation."""
        return docstring([f"What ECR answers to `{request_name(operation.name)}`."], 4)

    def request(self, operation: Operation) -> list[str]:
        """Describe an operation, with the errors that it may raise."""
        about = self._blocks(operation.documentation, operation.input, operation.output)
        own = self._own_words(self._overrides.shape_words.get(operation.input))
        body = lines(self._known(own or about, "words.shapes", operation.input), WIDTH - 4)
        body += ["", "Raises:"]
        errors = sorted(operation.errors, key=lambda code: (code in _EVERYWHERE, code))
        for code in errors:
            what = first_sentence(self._about(self._service.shapes[code]))
            name = "ServerError" if code == "ServerException" else error_name(code)
            body += wrap(f"{name}: {what}", WIDTH - 4, "    ", "        ")
        body += ["", f"[In the API reference]({_REFERENCE.format(operation.name)})"]
        return docstring(body, 4)

    def member(self, owner: Shape, member: Member, *, limits: bool) -> list[str]:
        """Describe a field; `limits` adds the limits of a request."""
        own = self._overrides.member_words.get(f"{owner.name}.{member.name}")
        blocks = self._known(
            self._own_words(own) or self._blocks(member.documentation, owner.name),
            "words.members",
            f"{owner.name}.{member.name}",
        )
        if member.deprecation:
            blocks += [Block("p", f"Deprecated: {self._blocks(f'<p>{member.deprecation}</p>')[0].text}")]
        return self._with_limits(blocks, self._annotations.words(member.shape) if limits else "")

    def max_results(self, operation: Operation, member: Member) -> list[str]:
        """Describe the size of a page."""
        size = self._overrides.page_sizes.get(operation.name, _USUAL_PAGE)
        text = f"Maximum number of items per page; defaults to {size}."
        return self._with_limits([Block("p", text)], self._annotations.words(member.shape))

    def error_member(self, owner: Shape, member: Member) -> list[str]:
        """Describe an attribute of an error."""
        return self.member(owner, member, limits=False)

    def scalar(self, shape: Shape) -> list[str]:
        """Describe a scalar by its limits."""
        words = self._annotations.words(shape.name)
        return docstring(wrap(f"{words[0].upper()}{words[1:]}.", WIDTH - 8), 0)

    def _about(self, shape: Shape) -> list[Block]:
        own = self._own_words(self._overrides.shape_words.get(shape.name))
        return self._known(own or self._blocks(shape.documentation, shape.name), "words.shapes", shape.name)

    def _known(self, blocks: list[Block], table: str, name: str) -> list[Block]:
        """Return the blocks back; where there are none, take down what overrides.toml should say."""
        if blocks:
            return blocks
        self.undocumented.add(f"{table}: the model does not document {name}; add an entry that does")
        return [Block("p", "Undocumented.")]

    def _with_limits(self, blocks: list[Block], limits: str) -> list[str]:
        if not limits:
            return docstring(lines(blocks, WIDTH - 8), 4)
        only = blocks[0].text if len(blocks) == 1 else ""
        together = f"{only[:-1]} ({limits})."
        if only.endswith(".") and ". " not in only and len(together) < WIDTH - 10:
            return docstring([together], 4)
        said = Block("p", f"{limits[0].upper()}{limits[1:]}.")
        return docstring(lines([*blocks, said], WIDTH - 8), 4)

    @staticmethod
    def _own_words(text: str | None) -> list[Block]:
        return [Block("p", text)] if text else []

    def _blocks(self, html: str, *owners: str) -> list[Block]:
        parts = [self._service.shapes[name] for name in self._service.reachable(*owners)]
        members = {member.name for part in parts for member in part.members}

        def rename(text: str) -> str:
            return snake_case(text) if text in members and text[0].islower() else self._renamed(text)

        return [block for block in markdown(html, rename) if not self._is_dropped(block)]

    def _is_dropped(self, block: Block) -> bool:
        return any(
            inner.text.startswith(note) for inner in block.inside for note in self._overrides.dropped_notes
        )

    def _renamed(self, text: str) -> str:
        if text.endswith("Exception") and text in self._service.shapes:
            return error_name(text)
        if match := re.fullmatch(r"(\w+)\$(\w+)", text):
            return f"{match[1]}.{snake_case(match[2])}"
        return text
