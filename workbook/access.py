"""A new file takes the place of another without anybody losing access: owner, group, mode, access list, extended attributes.

Linux: chown where it is allowed, `os.setxattr` (system.posix_acl_access is the access list). macOS: copyfile(3). Windows: ReplaceFileW
keeps the access list of the file that is replaced.
"""

import errno
import os
import stat
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from workbook.refusals import refused

ACL = "system.posix_acl_access"
_VERSION, _HEAD, _ENTRY = 2, struct.Struct("<I"), struct.Struct("<HHI")
_USER_OBJ, _USER, _GROUP_OBJ, _GROUP, _MASK, _OTHER = 1, 2, 4, 8, 16, 32
_NOBODY = 0xFFFFFFFF  # the id of an entry that names nobody
_WANTED = ("user.", "system.")
"""Extended attributes that must not be lost; labels of security modules are set by the system."""
NOT_KNOWN = (errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)
"""What a system says that is asked for something its disk or server does not know."""
_NO_ATTRIBUTES = (errno.ENODATA, *NOT_KNOWN)


def give_the_same_access(old: Path, new: Path) -> None:
    """Let the new file have the owner, group, mode and access list of the old one.

    Raises FileRefused where its owner or group could not be kept and somebody would lose access by that, OSError where attributes
    cannot be copied.
    """
    before = os.stat(old)
    if hasattr(os, "chown"):
        _own(before, new)
    if hasattr(os, "listxattr"):
        _copy_attributes(old, new)
    if sys.platform == "darwin":
        copy_attributes_of_macos(_libc(), old, new)
    _give_mode(stat.S_IMODE(before.st_mode), new, old.name)
    after = os.stat(new)
    if (after.st_uid, after.st_gid) != (before.st_uid, before.st_gid):
        _let_others_in(before, after, old, new)


def _give_mode(mode: int, new: Path, name: str) -> None:
    """Set a mode. Where a server lets nobody do so, it is enough that nobody may do less. Raises FileRefused where somebody may, OSError."""
    if stat.S_IMODE(os.stat(new).st_mode) == mode:  # some servers let nobody set what is so already
        return
    try:
        os.chmod(new, mode)
    except OSError as problem:
        if problem.errno not in (errno.EPERM, *NOT_KNOWN):
            raise
        if mode & 0o666 & ~os.stat(new).st_mode:
            raise refused(name, "ACCESS_LOST") from problem


def _own(before: os.stat_result, new: Path) -> None:
    now = os.stat(new)
    for owner, group in ((before.st_uid, before.st_gid), (-1, before.st_gid)):
        if (now.st_uid if owner == -1 else owner, group) == (now.st_uid, now.st_gid):
            return
        try:
            os.chown(new, owner, group)
        except PermissionError:  # only root gives files away, and a group only to its members
            continue
        return


def _copy_attributes(old: Path, new: Path) -> None:
    names = _names(old)
    for name in _names(new):
        if name not in names and name == ACL:  # the folder gave it one of its own
            os.removexattr(new, name)
    there = _names(new)
    for name in names:
        try:
            value = os.getxattr(old, name)
            if name not in there or os.getxattr(new, name) != value:
                os.setxattr(new, name, value)
        except OSError:
            if name.startswith(_WANTED):
                raise


def _names(file: Path) -> list[str]:
    try:
        return os.listxattr(file)
    except OSError as problem:
        if problem.errno in _NO_ATTRIBUTES:
            return []
        raise


def _let_others_in(before: os.stat_result, after: os.stat_result, old: Path, new: Path) -> None:
    """Name the owner and the group of the old file in the access list of the new one, which is another's."""
    entries = _entries(new)
    mode = before.st_mode
    if before.st_uid != after.st_uid:
        _set(entries, (_USER, before.st_uid), mode >> 6 & 7)
    if before.st_gid != after.st_gid:
        _set(entries, (_GROUP, before.st_gid), entries[_GROUP_OBJ, _NOBODY])
        entries[_GROUP_OBJ, _NOBODY] &= mode & 7  # the group of who saves gets no more than anybody
    entries[_MASK, _NOBODY] = entries.get((_MASK, _NOBODY), 0) | (mode >> 3 & 7)
    try:
        os.setxattr(new, ACL, _packed(entries))
    except (OSError, AttributeError) as problem:
        if _lost(before, after):
            raise refused(old.name, "ACCESS_LOST") from problem


def share(book: Path, made: Path) -> None:
    """Let those who may read or write a workbook, and nobody else, do the same with a file or folder that was made beside it for them.

    A file system that knows no such rights leaves it as it is; Windows lends it those of its folder.
    """
    if os.name == "nt" or not book.exists():
        return
    with suppress(OSError):
        like, now = os.stat(book), os.stat(made)
        if now.st_gid != like.st_gid:
            with suppress(PermissionError):  # only its members give something to a group
                os.chown(made, -1, like.st_gid)
        entries = _entries(book)
        entries[_USER_OBJ, _NOBODY] |= 6
        if now.st_uid != like.st_uid:
            _set(entries, (_USER, like.st_uid), like.st_mode >> 6 & 7)
        if os.stat(made).st_gid != like.st_gid:
            _set(entries, (_GROUP, like.st_gid), entries[_GROUP_OBJ, _NOBODY])
            entries[_GROUP_OBJ, _NOBODY] &= like.st_mode & 7
        _give(made, {who: _on(made, bits) for who, bits in entries.items()})


def _on(made: Path, bits: int) -> int:
    """Return the rights on a workbook as those on what lies beside it: who reads a folder has to enter it, and no file is run."""
    return bits | bits >> 2 & 1 if made.is_dir() else bits & 6


def _give(made: Path, entries: dict[tuple[int, int], int]) -> None:
    """Set rights: as a mode where that can say them, else as an access list, which only root and the owner set."""
    plain = {(_USER_OBJ, _NOBODY), (_GROUP_OBJ, _NOBODY), (_OTHER, _NOBODY)}
    owner, group, other = (entries[tag, _NOBODY] for tag in (_USER_OBJ, _GROUP_OBJ, _OTHER))
    os.chmod(made, owner << 6 | group << 3 | other)
    if entries.keys() - plain:
        os.setxattr(made, ACL, _packed(entries))


def shared_folder(book: Path, folder: Path) -> None:
    """Make a folder beside a workbook, and those above it, for all who may open the workbook. Raises OSError."""
    if not folder.is_dir():
        if folder.parent != book.parent:
            shared_folder(book, folder.parent)
        folder.mkdir(parents=True, exist_ok=True)
        share(book, folder)


def _set(entries: dict[tuple[int, int], int], who: tuple[int, int], bits: int) -> None:
    entries[who] = entries.get(who, 0) | bits


def _entries(file: Path) -> dict[tuple[int, int], int]:
    """Return (tag, id) -> rights of a file's access list, those of its mode where it has none."""
    mode = os.stat(file).st_mode
    found = {(_USER_OBJ, _NOBODY): mode >> 6 & 7, (_GROUP_OBJ, _NOBODY): mode >> 3 & 7, (_OTHER, _NOBODY): mode & 7}
    with suppress(OSError, AttributeError):
        packed = os.getxattr(file, ACL)[_HEAD.size :]
        found = {(tag, who): bits for tag, bits, who in _ENTRY.iter_unpack(packed)}
    return found


def _packed(entries: dict[tuple[int, int], int]) -> bytes:
    """Return an access list as Linux keeps it; its mask lets all through that is named."""
    mask = entries.get((_MASK, _NOBODY), 0)
    for (tag, _), bits in entries.items():
        mask |= bits if tag in (_USER, _GROUP, _GROUP_OBJ) else 0
    whole = entries | {(_MASK, _NOBODY): mask}
    return _HEAD.pack(_VERSION) + b"".join(_ENTRY.pack(tag, bits, who) for (tag, who), bits in sorted(whole.items()))


def _lost(before: os.stat_result, after: os.stat_result) -> bool:
    """Tell whether the mode alone no longer lets in whom it let in before."""
    owner, group, other = (before.st_mode >> shift & 7 for shift in (6, 3, 0))
    if before.st_gid != after.st_gid and group & ~other:
        return True
    return bool(before.st_uid != after.st_uid and owner & 6 & ~(other | _by_group(before, group)))


def _by_group(before: os.stat_result, group: int) -> int:
    """Return what the owner of a file may do as one of its group."""
    import pwd

    try:
        name = pwd.getpwuid(before.st_uid)
        return group if before.st_gid in os.getgrouplist(name.pw_name, name.pw_gid) else 0
    except KeyError:  # nobody here has this number
        return 0


def _libc() -> Any:
    import ctypes

    return ctypes.CDLL(None, use_errno=True)


def copy_attributes_of_macos(libc: Any, old: Path, new: Path) -> None:
    """Copy access list and extended attributes with copyfile(3). Raises OSError."""
    acl_and_attributes = 1 << 0 | 1 << 2
    if libc.copyfile(os.fsencode(old), os.fsencode(new), None, acl_and_attributes):
        import ctypes

        raise OSError(ctypes.get_errno(), "copyfile", str(new))


REMOVE_FAILED, MOVE_FAILED, MOVE_FAILED_2 = 1175, 1176, 1177
NOT_HERE = (1, 50, 120)
"""What Windows says where a drive knows no ReplaceFileW."""


def replace_by_windows(kernel: Any, last_error: Callable[[], int], new: Path, old: Path) -> None:
    """Put a file into the place of another that lends it its access list; the old file stands again where that fails halfway.

    Raises PermissionError where a program has one of them open, OSError for all else.
    """
    aside = new.with_suffix(".old")
    if kernel.ReplaceFileW(str(old), str(new), str(aside), 0, None, None):
        with suppress(OSError):  # an old one that stays is never swept: it may be the only copy
            aside.unlink()
        return
    code = last_error()
    if code in NOT_HERE:
        os.replace(new, old)
        return
    if aside.exists() and not old.exists():
        os.replace(aside, old)
    kind = PermissionError if code in (5, 32, 33, REMOVE_FAILED, MOVE_FAILED, MOVE_FAILED_2) else OSError
    raise kind(errno.EACCES if kind is PermissionError else errno.EIO, f"ReplaceFileW {code}", str(old))


if sys.platform == "win32":
    import ctypes

    def swap(new: Path, old: Path) -> None:
        """Put a file into the place of another in one step."""
        replace_by_windows(ctypes.WinDLL("kernel32", use_last_error=True), ctypes.get_last_error, new, old)
else:

    def swap(new: Path, old: Path) -> None:
        """Put a file into the place of another in one step."""
        os.replace(new, old)
