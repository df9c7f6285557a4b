"""Keys by their place on the keyboard: the browser's names and the numbers that X11 uses."""

from __future__ import annotations

EVDEV_OFFSET = 8
"""X keycodes are the kernel's key numbers plus this."""

_ROWS: tuple[tuple[int, str], ...] = (
    (1, "Escape Digit1 Digit2 Digit3 Digit4 Digit5 Digit6 Digit7 Digit8 Digit9 Digit0 Minus Equal"),
    (14, "Backspace Tab KeyQ KeyW KeyE KeyR KeyT KeyY KeyU KeyI KeyO KeyP BracketLeft"),
    (27, "BracketRight Enter ControlLeft KeyA KeyS KeyD KeyF KeyG KeyH KeyJ KeyK KeyL Semicolon"),
    (40, "Quote Backquote ShiftLeft Backslash KeyZ KeyX KeyC KeyV KeyB KeyN KeyM Comma Period"),
    (53, "Slash ShiftRight NumpadMultiply AltLeft Space CapsLock F1 F2 F3 F4 F5 F6 F7 F8 F9 F10"),
    (69, "NumLock ScrollLock Numpad7 Numpad8 Numpad9 NumpadSubtract Numpad4 Numpad5 Numpad6"),
    (78, "NumpadAdd Numpad1 Numpad2 Numpad3 Numpad0 NumpadDecimal"),
    (86, "IntlBackslash F11 F12 IntlRo"),
    (92, "Convert KanaMode NonConvert"),
    (96, "NumpadEnter ControlRight NumpadDivide PrintScreen AltRight"),
    (102, "Home ArrowUp PageUp ArrowLeft ArrowRight End ArrowDown PageDown Insert Delete"),
    (117, "NumpadEqual"),
    (119, "Pause"),
    (121, "NumpadComma Lang1 Lang2 IntlYen MetaLeft MetaRight ContextMenu"),
)

KEYCODES: dict[str, int] = {
    code: first + place + EVDEV_OFFSET
    for first, codes in _ROWS
    for place, code in enumerate(codes.split())
}
"""X keycodes by `KeyboardEvent.code`."""
