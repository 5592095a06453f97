"""Parts of a workbook that change or are added, with the relations and content types that they need; all others stay as they are."""

import io
import posixpath
from xml.sax.saxutils import quoteattr

from workbook.package import Package, Packed, Relation, pack
from workbook.partxml import without_content_type, without_relation

TYPES = "[Content_Types].xml"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_NO_RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)


class PartsEdit:
    """A package with edits on top of it; `changed` names the parts that differ or are new."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._new: dict[str, bytes] = {}
        self._dropped: set[str] = set()

    @property
    def changed(self) -> list[str]:
        """The parts that differ, are new or are dropped."""
        return [*self._new, *sorted(self._dropped)]

    def names(self) -> list[str]:
        """Return the names of all parts as they are now."""
        old = [info.filename for info in self.package.infos if info.filename not in self._dropped]
        return [*old, *(name for name in self._new if not self.package.name_of(name))]

    def read(self, part: str) -> bytes:
        """Return a part as it is now. Raises FileRefused where it is missing."""
        return self._new[part] if part in self._new else self.package.read(part)

    def put(self, part: str, content: bytes) -> None:
        """Give a part its content; the same content is no change."""
        if not self.package.name_of(part) or self.read(part) != content:
            self._new[part] = content

    def add(self, part: str, content: bytes, content_type: str) -> str:
        """Add a part of a type and return its name; a part of that name is replaced."""
        self.put(part, content)
        xml = self.read(self._types())
        if f'PartName="/{part}"'.encode() not in xml:
            self._into(self._types(), f'<Override PartName="/{part}" ContentType="{content_type}"/>', "Types")
        return part

    def retype(self, part: str, content_type: str) -> None:
        """Give a part another content type."""
        self.put(self._types(), without_content_type(self.read(self._types()), part))
        self._into(self._types(), f'<Override PartName="/{part}" ContentType="{content_type}"/>', "Types")

    def drop(self, source: str, part: str) -> None:
        """Leave out a part that only `source` points to."""
        rels = self._relations_part(source)
        self.put(rels, without_relation(self.read(rels), "/" + part.rpartition("/")[2]))
        self.put(self._types(), without_content_type(self.read(self._types()), part))
        self._new.pop(part, None)
        self._dropped.add(part)

    def relate(self, source: str, kind: str, target: str) -> str:
        """Let a part ("": the package) point to another one and return the relation's id; `kind` is its type."""
        rels = self._relations_part(source)
        if rels not in self.names():
            self._new[rels] = _NO_RELATIONS
        xml = self.read(rels)
        number = 1
        while f'"genjin{number}"'.encode() in xml:
            number += 1
        path = "/" + target
        self._into(rels, f'<Relationship Id="genjin{number}" Type={quoteattr(kind)} Target="{path}"/>', "Relationships")
        return f"genjin{number}"

    def relations(self, part: str) -> list[Relation]:
        """Return what a part pointed to before any edit."""
        return self.package.relations(part)

    def content(self) -> bytes:
        """Return the bytes of the whole package with the edits."""
        packed: dict[str, Packed] = {name: pack([data]) for name, data in self._new.items()}
        stream = io.BytesIO()
        self.package.copy_to(stream, packed, self._dropped)
        return stream.getvalue()

    def _types(self) -> str:
        return self.package.name_of(TYPES)

    def _relations_part(self, source: str) -> str:
        folder, base = posixpath.split(source)
        return self.package.relations_part(source) or posixpath.join(folder, "_rels", base + ".rels")

    def _into(self, part: str, element: str, root: str) -> None:
        """Put an element at the end of a part's root, which has a namespace of its own or a prefix."""
        xml = self.read(part)
        empty = xml.rstrip()
        if empty.endswith(b"/>"):  # <Relationships .../>
            self.put(part, empty[:-2] + b">" + element.encode() + f"</{root}>".encode())
            return
        at = xml.rindex(b"</")
        prefix = xml[at + 2 : xml.rindex(root.encode())].decode()
        self.put(part, xml[:at] + element.replace("<", f"<{prefix}", 1).encode() + xml[at:])
