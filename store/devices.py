"""Enrolled PCs and the keys by which they prove who they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import col, select

from store.engine import Store
from store.models import Device, Site

_AT_ONCE = 500
"""Devices that one query names."""


class AlreadyEnrolled(ValueError):
    """A device with this id is enrolled at this site."""


class UnknownSite(LookupError):
    """There is no such site in this trust."""


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """An enrolled device. `public_key` is the raw 32 bytes of an Ed25519 key."""

    trust: str
    site: str
    id: str
    name: str
    room: str
    public_key: bytes


def enrol_device(store: Store, device: DeviceRow, now_ms: int, *, replace: bool = False) -> None:
    """Enrol a device. With `replace` an earlier enrolment loses its key and its name.

    Raises `UnknownSite`, and `AlreadyEnrolled` without `replace`.
    """
    enrol_devices(store, [device], now_ms, replace=replace)


def enrol_devices(
    store: Store, devices: Sequence[DeviceRow], now_ms: int, *, replace: bool = False
) -> None:
    """Like `enrol_device`, for all of them or none."""
    with store.writing() as session:
        for device in devices:
            if session.get(Site, (device.trust, device.site)) is None:
                raise UnknownSite(f"trust {device.trust!r} has no site {device.site!r}")
            known = session.get(Device, (device.trust, device.site, device.id))
            if known is not None and not replace:
                raise AlreadyEnrolled(f"{device.id!r} is already enrolled at {device.site!r}")
            session.merge(
                Device(
                    trust=device.trust,
                    site=device.site,
                    id=device.id,
                    name=device.name,
                    room=device.room,
                    public_key=device.public_key,
                    enrolled_at_ms=now_ms,
                )
            )


def device_key(store: Store, trust: str, site: str, device: str) -> DeviceRow | None:
    """The enrolment of a device, with its public key; None when it is not enrolled here."""
    return device_keys(store, [(trust, site, device)])[0]


def device_keys(store: Store, wanted: Sequence[tuple[str, str, str]]) -> list[DeviceRow | None]:
    """The same for many, named by (trust, site, device), in their order and in few queries."""
    found: dict[tuple[str, str, str], DeviceRow] = {}
    with store.reading() as session:
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            query = select(Device).where(
                col(Device.trust).in_({trust for trust, _, _ in some}),
                col(Device.site).in_({site for _, site, _ in some}),
                col(Device.id).in_({device for _, _, device in some}),
            )
            for row in session.exec(query):
                found[row.trust, row.site, row.id] = _row(row)
    return [found.get(key) for key in wanted]


def list_devices(store: Store, trust: str, site: str) -> list[DeviceRow]:
    """Every device that is enrolled at a site, by name."""
    query = select(Device).where(Device.trust == trust, Device.site == site)
    with store.reading() as session:
        return [_row(device) for device in session.exec(query.order_by(Device.name, Device.id))]


def all_devices(store: Store) -> list[DeviceRow]:
    """Every device that is enrolled anywhere."""
    with store.reading() as session:
        return [_row(device) for device in session.exec(select(Device))]


def count_devices(store: Store, trust: str | None = None) -> dict[tuple[str, str], int]:
    """How many devices are enrolled at each (trust, site) that has any; of one trust, or of all."""
    query = select(Device.trust, Device.site, func.count()).group_by(
        col(Device.trust), col(Device.site)
    )
    if trust is not None:
        query = query.where(Device.trust == trust)
    with store.reading() as session:
        return {(trust, site): count for trust, site, count in session.exec(query)}


def _row(device: Device) -> DeviceRow:
    return DeviceRow(
        device.trust, device.site, device.id, device.name, device.room, device.public_key
    )
