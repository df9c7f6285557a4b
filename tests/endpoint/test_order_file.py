"""The file in which orders outlive a restart."""

import stat
from pathlib import Path

from endpoint.order_file import OrderFile
from endpoint.orders import Kept, Memory
from wire.messages import Order
from wire.session import DeviceIdentity

IDENTITY = DeviceIdentity("trust1", "site1", "pc1")
MEMORY = Memory(3, 1000, (Kept(Order("a", "lock", 3, 90.0, "Hallo", None, "Ms Khan"), 60.0, 5.0),))


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    OrderFile(tmp_path / "new", IDENTITY).write(MEMORY)
    assert OrderFile(tmp_path / "new", IDENTITY).read() == MEMORY


def test_devices_do_not_share_a_memory(tmp_path: Path) -> None:
    OrderFile(tmp_path, IDENTITY).write(MEMORY)
    assert OrderFile(tmp_path, DeviceIdentity("trust1", "site1", "pc2")).read() is None


def test_the_file_is_its_owners_alone_and_nothing_else_is_left(tmp_path: Path) -> None:
    file = OrderFile(tmp_path, IDENTITY)
    file.write(MEMORY)
    file.write(Memory(4, 2000))
    (left,) = tmp_path.iterdir()
    assert stat.S_IMODE(left.stat().st_mode) == 0o600


def test_a_damaged_file_costs_the_memory_only(tmp_path: Path) -> None:
    file = OrderFile(tmp_path, IDENTITY)
    file.write(MEMORY)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:20])
    assert file.read() is None


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    OrderFile(tmp_path / "file" / "folder", IDENTITY).write(MEMORY)
