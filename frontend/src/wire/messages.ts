// Written by scripts/generate from wire/. Change it there; a test compares.
// biome-ignore-all format: generated
// biome-ignore-all lint: generated

export const PROTOCOL_VERSION = 1;
export const SUBPROTOCOL = "formroom.1";
/** Bytes of the largest frame (a picture). */
export const FRAME_LIMIT = 262144;
/** Bytes of the largest frame that is not a picture. */
export const CONTROL_LIMIT = 65536;

/** Why a frame, a request or a connection was refused. */
export type Fault = "malformed" | "too_large" | "unknown_type" | "invalid" | "out_of_order" | "hello_expected" | "hello_timeout" | "version" | "unauthenticated" | "forbidden" | "replaced" | "too_slow" | "silent" | "unavailable" | "over" | "going_away";

/** WebSocket close code of each fault; the close reason is the fault. */
export const CLOSE_CODES: Readonly<Record<Fault, number>> = {
  malformed: 1007,
  too_large: 1009,
  unknown_type: 1007,
  invalid: 1007,
  out_of_order: 1007,
  hello_expected: 1008,
  hello_timeout: 1008,
  version: 1008,
  unauthenticated: 1008,
  forbidden: 1008,
  replaced: 4000,
  too_slow: 4001,
  silent: 4002,
  unavailable: 1013,
  over: 4003,
  going_away: 1001,
};

/** How a viewer looks: tile on the wall; one screen; one screen with shared input; taken over. */
export type Mode = "wall" | "view" | "share" | "control";

export type PresenceState = "online" | "away";

export type OrderState = "applied" | "refused" | "released" | "expired";

export type EventKind = "agent_started" | "notice_ended" | "capture_failed" | "outbox_dropped" | "clock_changed";

export type IncompleteReason = "wayland" | "virtual_desktops" | "second_session" | "capture_blocked" | "capture_failed";

/** One monitor of a device, in the coordinates of its desktop. */
export interface Monitor {
  /** (0 to 15) */
  readonly id: number;
  /** (at most 256 characters) */
  readonly name: string;
  /** (-32768 to 32768) */
  readonly x: number;
  /** (-32768 to 32768) */
  readonly y: number;
  /** (0 to 32768) */
  readonly width: number;
  /** (0 to 32768) */
  readonly height: number;
  /** (default false) */
  readonly primary: boolean;
}

/** Somebody who may look at this device now. Named to the pupil as `name` and `role`. */
export interface Viewer {
  /** (1 to 64 characters) */
  readonly id: string;
  /** (at most 256 characters) */
  readonly name: string;
  /** (at most 256 characters) */
  readonly role: string;
  readonly mode: Mode;
  /** (0 to 15; default 0) */
  readonly monitor?: number;
  /** Wanted gap between JPEG pictures over the socket; 0: none wanted (video is flowing). (0 to 60000; default 0) */
  readonly pictures_ms?: number;
}

/**
 * A wanted state of a device, held under a lease.
 *
 * The device applies it at once, keeps it over a restart, and ends it by itself when `lease_s`
 * have passed without a renewal or `remaining_s` (a countdown that the pupil sees) has run out.
 * `counter` rises with every order of a device; an order with an older counter is ignored.
 */
export interface Order {
  /** (1 to 64 characters) */
  readonly id: string;
  readonly kind: "lock";
  /** (0 to 9007199254740991) */
  readonly counter: number;
  /** (0 to 86400) */
  readonly lease_s: number;
  /** (at most 2048 characters; default "") */
  readonly message?: string;
  /** (0 to 86400; default null) */
  readonly remaining_s?: number | null;
  /** (at most 256 characters; default "") */
  readonly issued_by?: string;
}

/** What became of one order on the device. */
export interface OrderReport {
  /** (1 to 64 characters) */
  readonly id: string;
  readonly state: OrderState;
  /** (at most 2048 characters; default "") */
  readonly detail?: string;
}

/**
 * First frame of a device, within 5 s of `challenge` and at most 1 KiB long.
 *
 * `proof` is the Ed25519 signature, by the key made at enrolment, over the bytes that
 * `wire.session.proof_input` describes. `epoch` names this run of the agent; numbers begin at 1
 * in each epoch.
 */
export interface Hello {
  /** (1 to 1000000) */
  readonly protocol: number;
  /** (1 to 64 characters) */
  readonly trust: string;
  /** (1 to 64 characters) */
  readonly site: string;
  /** (1 to 64 characters) */
  readonly device: string;
  /** (1 to 64 characters) */
  readonly epoch: string;
  /** (exactly 64 bytes) */
  readonly proof: Uint8Array;
  /** (at most 256 characters; default "") */
  readonly agent?: string;
  /** (at most 256 characters; default "") */
  readonly platform?: string;
}

/**
 * First frame after every `welcome`: `first` is the number of the first message to follow.
 *
 * The hub may welcome a device a second time on one connection, when the server lost its place;
 * it takes no numbered message between its `welcome` and the `resumed` that answers it.
 */
export interface Resumed {
  /** (0 to 9007199254740991) */
  readonly first: number;
}

/** Sent when nothing else was for `welcome.heartbeat_s`; answered by `acknowledged`. */
export type Heartbeat = Readonly<Record<string, never>>;

/** The whole present state: first after every `welcome`, and whenever `state_asked` comes. */
export interface StateReported {
  /** (0 to 9007199254740991) */
  readonly at_ms: number;
  /** Account signed on at the device; empty: nobody. (at most 256 characters; default "") */
  readonly user?: string;
  /** (at most 256 characters; default "") */
  readonly user_name?: string;
  /** (default "online") */
  readonly presence?: PresenceState;
  /** (at most 256 characters; default "") */
  readonly application?: string;
  /** (at most 2048 characters; default "") */
  readonly title?: string;
  /** (at most 16 entries; default []) */
  readonly monitors?: readonly Monitor[];
  /** (at most 8 entries; default []) */
  readonly incomplete?: readonly IncompleteReason[];
  /** (at most 16 entries; default []) */
  readonly orders?: readonly OrderReport[];
  /** (default false) */
  readonly can_control?: boolean;
  /** (default false) */
  readonly can_block_input?: boolean;
}

/** The active window, or its title, is another one. */
export interface WindowChanged {
  /** (at most 256 characters) */
  readonly application: string;
  /** (at most 2048 characters) */
  readonly title: string;
  /** (0 to 9007199254740991) */
  readonly at_ms: number;
}

/** The pupil left the keyboard, or came back. */
export interface PresenceChanged {
  readonly presence: PresenceState;
  /** (0 to 9007199254740991) */
  readonly at_ms: number;
}

/** Somebody signed on to the device, or off (`user` empty). */
export interface UserChanged {
  /** (at most 256 characters) */
  readonly user: string;
  /** (0 to 9007199254740991) */
  readonly at_ms: number;
  /** (at most 256 characters; default "") */
  readonly user_name?: string;
  /** Account that was signed on until then. (at most 256 characters; default "") */
  readonly before?: string;
}

/** The monitors changed, or what a viewer sees became complete or incomplete. */
export interface ViewChanged {
  /** (at most 16 entries) */
  readonly monitors: readonly Monitor[];
  /** (0 to 9007199254740991) */
  readonly at_ms: number;
  /** (at most 8 entries; default []) */
  readonly incomplete?: readonly IncompleteReason[];
}

/** An order was applied, refused, released or ran out. */
export interface OrderReported {
  /** (1 to 64 characters) */
  readonly id: string;
  readonly state: OrderState;
  /** (0 to 9007199254740991) */
  readonly at_ms: number;
  /** (at most 2048 characters; default "") */
  readonly detail?: string;
  /** Account signed on at that moment. (at most 256 characters; default "") */
  readonly user?: string;
}

/**
 * Something happened on the device that the school's records must not miss.
 *
 * `notice_ended`: the notice that tells the pupil who looks was ended by somebody else.
 * `capture_failed`: a viewer could not be shown the screen. Of both `count` is how often, when
 * that is more than once: what goes on is reported once a minute. `outbox_dropped`: messages
 * were dropped because the device could not send or keep them; `count` says how many.
 * `clock_changed`: the device's clock jumped; `count` is by how many seconds.
 */
export interface EventReported {
  readonly kind: EventKind;
  /** (0 to 9007199254740991) */
  readonly at_ms: number;
  /** (-9007199254740992 to 9007199254740992; default 0) */
  readonly count?: number;
  /** (at most 2048 characters; default "") */
  readonly detail?: string;
  /** Account signed on at that moment. (at most 256 characters; default "") */
  readonly user?: string;
}

/**
 * A durable message of an earlier run of the agent that was never acknowledged.
 *
 * `frame` is the whole frame as it was numbered then, `epoch` that run's. Sent before anything
 * else of the new run, so that a restart of the device loses and doubles nothing.
 */
export interface EarlierReported {
  /** (1 to 64 characters) */
  readonly epoch: string;
  /** (4 to 32768 bytes) */
  readonly frame: Uint8Array;
}

/** A JPEG of one monitor, for tiles without video. Not numbered: the newest one counts. */
export interface Picture {
  /** (0 to 15) */
  readonly monitor: number;
  /** (0 to 32768) */
  readonly width: number;
  /** (0 to 32768) */
  readonly height: number;
  /** (4 to 245760 bytes) */
  readonly jpeg: Uint8Array;
  /** (0 to 9007199254740991) */
  readonly at_ms: number;
}

/**
 * WebRTC signalling of a device for one viewer.
 *
 * `kind` is `answer` (sdp), `candidate` or `bye` (the device ended or refuses the connection;
 * `detail` says why). `connection` is the number that the viewer gave its offer.
 */
export interface PeerSignal {
  /** (1 to 64 characters) */
  readonly viewer: string;
  /** (0 to 2147483648) */
  readonly connection: number;
  readonly kind: "answer" | "candidate" | "bye";
  /** (at most 49152 characters; default "") */
  readonly sdp?: string;
  /** (at most 2048 characters; default "") */
  readonly candidate?: string;
  /** (at most 256 characters; default "") */
  readonly mid?: string;
  /** (at most 2048 characters; default "") */
  readonly detail?: string;
}

/** First frame of the hub. The device signs `nonce` in its `hello`. */
export interface Challenge {
  /** (exactly 32 bytes) */
  readonly nonce: Uint8Array;
  /** (1 to 1000000) */
  readonly protocol: number;
}

/** The device is admitted. Everything of this epoch up to `received` has taken effect. */
export interface Welcome {
  /** (0 to 9007199254740991) */
  readonly received: number;
  /** (0 to 86400) */
  readonly heartbeat_s: number;
  /** A side that hears nothing for this long closes the connection. (0 to 86400) */
  readonly silence_s: number;
  /** (0 to 9007199254740991) */
  readonly now_ms: number;
  /** (at most 256 characters; default "") */
  readonly device_name?: string;
}

/** Every numbered message up to `seq` has taken effect; anything durable is committed. */
export interface Acknowledged {
  /** (0 to 9007199254740991) */
  readonly seq: number;
}

/** Message `seq` was refused and must not be sent again; the connection is closed after it. */
export interface Rejected {
  /** (0 to 9007199254740991) */
  readonly seq: number;
  /** (at most 256 characters) */
  readonly fault: string;
  /** (at most 2048 characters; default "") */
  readonly detail?: string;
}

/** The server lost what it knew of this device: send `state_reported`. */
export type StateAsked = Readonly<Record<string, never>>;

/**
 * Who may look at this device now: the whole list, held under a lease of `lease_s`.
 *
 * The device closes every connection of a viewer who is not in it, ends control that it no
 * longer grants within 2 s, shows the list to the pupil, and empties it when the lease ends.
 */
export interface ViewersChanged {
  /** (at most 64 entries) */
  readonly viewers: readonly Viewer[];
  /** (0 to 86400) */
  readonly lease_s: number;
}

/** Every order in force for this device: the whole list. An order that is missing is over. */
export interface OrdersChanged {
  /** (at most 16 entries) */
  readonly orders: readonly Order[];
}

/** WebRTC signalling of one viewer for this device: `offer`, `candidate` or `bye`. */
export interface ViewerSignal {
  /** (1 to 64 characters) */
  readonly viewer: string;
  /** (0 to 2147483648) */
  readonly connection: number;
  readonly kind: "offer" | "candidate" | "bye";
  /** (at most 49152 characters; default "") */
  readonly sdp?: string;
  /** (at most 2048 characters; default "") */
  readonly candidate?: string;
  /** (at most 256 characters; default "") */
  readonly mid?: string;
}

/** Follow a lesson. With the `cursor` of an earlier connection only what was missed is sent. */
export interface SubscribeAsked {
  /** (1 to 64 characters) */
  readonly lesson: string;
  /** (at most 4096 characters; default "") */
  readonly cursor?: string;
}

/** Follow the lesson no longer. */
export interface UnsubscribeAsked {
  /** (1 to 64 characters) */
  readonly lesson: string;
}

/** One screen that this console shows now. */
export interface ScreenWanted {
  /** (1 to 64 characters) */
  readonly device: string;
  /** (default "wall") */
  readonly mode?: Mode;
  /** (0 to 15; default 0) */
  readonly monitor?: number;
  /** (0 to 60000; default 0) */
  readonly pictures_ms?: number;
}

/** The screens that this console shows now: the whole list; others are let go. */
export interface ScreensWanted {
  /** (1 to 64 characters) */
  readonly lesson: string;
  /** (at most 512 entries) */
  readonly screens: readonly ScreenWanted[];
}

/** WebRTC signalling for a device that this console may view. */
export interface SignalAsked {
  /** (1 to 64 characters) */
  readonly lesson: string;
  /** (1 to 64 characters) */
  readonly device: string;
  /** (0 to 2147483648) */
  readonly connection: number;
  readonly kind: "offer" | "candidate" | "bye";
  /** (at most 49152 characters; default "") */
  readonly sdp?: string;
  /** (at most 2048 characters; default "") */
  readonly candidate?: string;
  /** (at most 256 characters; default "") */
  readonly mid?: string;
}

/** Lock devices of the lesson (`devices` empty: all of them, and those that join later). */
export interface LockAsked {
  /** (1 to 64 characters) */
  readonly lesson: string;
  /** (at most 2000 entries; default []) */
  readonly devices?: readonly string[];
  /** (at most 500 characters; default "") */
  readonly message?: string;
  /** (5 to 14400; default null) */
  readonly countdown_s?: number | null;
}

/** End the lock of these devices (`devices` empty: all of the lesson). */
export interface UnlockAsked {
  /** (1 to 64 characters) */
  readonly lesson: string;
  /** (at most 2000 entries; default []) */
  readonly devices?: readonly string[];
}

/** What a console knows of one device: whole in `snapshot`, and by field in `changed`. */
export interface DeviceState {
  /** (1 to 64 characters) */
  readonly device: string;
  /** (at most 256 characters; default "") */
  readonly name: string;
  /** `lost`: the connection broke; `left`: the device signed off in an orderly way. (default "never") */
  readonly connection: "never" | "connected" | "lost" | "left";
  /** (default "online") */
  readonly presence: PresenceState;
  /** (at most 256 characters; default "") */
  readonly user: string;
  /** (at most 256 characters; default "") */
  readonly user_name: string;
  /** (at most 256 characters; default "") */
  readonly application: string;
  /** (at most 2048 characters; default "") */
  readonly title: string;
  /** (default []) */
  readonly monitors: readonly Monitor[];
  /** (default []) */
  readonly incomplete: readonly IncompleteReason[];
  /** (default false) */
  readonly can_control: boolean;
  /** (default false) */
  readonly can_block_input: boolean;
  /** The lock that is wanted for this device; absent: none. (1 to 64 characters; default null) */
  readonly lock: string | null;
  /** What the device says of that lock; empty: not yet sent, because it is not connected. (default "") */
  readonly lock_state: "" | "sent" | "applied" | "refused" | "expired";
  /** Name of the one who controls the device now; empty: nobody. (at most 256 characters; default "") */
  readonly controller: string;
  /** (at most 64 characters; default "") */
  readonly controller_viewer: string;
  /** (at least 0; default 0) */
  readonly viewers: number;
  /** Two computers use this device's enrolment and take turns: what is shown is of one of them. (default false) */
  readonly duplicate: boolean;
  /** Seconds by which the device's clock is ahead of the server's (below 0: behind it); 0: they differ by less than two minutes. (-9007199254740992 to 9007199254740992; default 0) */
  readonly clock_skew_s: number;
  /** (at most 64 characters; default "") */
  readonly epoch: string;
  /** Number of the device's message that this state is the effect of. (0 to 9007199254740991; default 0) */
  readonly seq: number;
  /** (0 to 9007199254740991; default 0) */
  readonly at_ms: number;
}

/** A lock that a lesson wants now. */
export interface LockState {
  /** (1 to 64 characters) */
  readonly id: string;
  /** Empty: every device of the lesson, those that join later too, but `except_devices`. */
  readonly devices: readonly string[];
  /** (at most 2048 characters) */
  readonly message: string;
  /** (0 to 9007199254740991) */
  readonly ends_at_ms: number | null;
  /** (at most 256 characters) */
  readonly issued_by: string;
  /** (default []) */
  readonly except_devices: readonly string[];
}

/** A running lesson. */
export interface LessonState {
  /** (1 to 64 characters) */
  readonly lesson: string;
  /** (1 to 64 characters) */
  readonly class_id: string;
  /** (at most 256 characters) */
  readonly class_name: string;
  /** (1 to 64 characters) */
  readonly site: string;
  /** (0 to 9007199254740991) */
  readonly started_at_ms: number;
  readonly teachers: readonly string[];
  /** (default []) */
  readonly locks: readonly LockState[];
  /** (default false) */
  readonly ended: boolean;
}

/** The whole state of a lesson; replaces everything known of it. */
export interface Snapshot {
  /** (1 to 64 characters) */
  readonly lesson: string;
  readonly cursor: string;
  readonly state: LessonState;
  readonly devices: readonly DeviceState[];
}

/**
 * What changed since the last cursor.
 *
 * Each entry of `devices` has `device` and only the fields that changed; `lesson_state`, when
 * present, replaces the lesson's state whole; `removed` names devices that left the lesson, and
 * is to be applied before `devices`.
 */
export interface Changed {
  /** (1 to 64 characters) */
  readonly lesson: string;
  readonly cursor: string;
  /** (default []) */
  readonly devices: readonly (Pick<DeviceState, "device"> & Partial<DeviceState>)[];
  /** (default null) */
  readonly lesson_state: LessonState | null;
  /** (default []) */
  readonly removed: readonly string[];
}

/** A JPEG of one monitor of one device. */
export interface ScreenPicture {
  /** (1 to 64 characters) */
  readonly device: string;
  readonly monitor: number;
  /** (0 to 32768) */
  readonly width: number;
  /** (0 to 32768) */
  readonly height: number;
  readonly jpeg: Uint8Array;
  /** (0 to 9007199254740991) */
  readonly at_ms: number;
}

/** WebRTC signalling of a device for this console. */
export interface ScreenSignal {
  /** (1 to 64 characters) */
  readonly device: string;
  readonly connection: number;
  readonly kind: "answer" | "candidate" | "bye";
  /** (at most 49152 characters; default "") */
  readonly sdp: string;
  /** (at most 2048 characters; default "") */
  readonly candidate: string;
  /** (at most 256 characters; default "") */
  readonly mid: string;
  /** (at most 2048 characters; default "") */
  readonly detail: string;
}

/** First frame to a console. `viewer` is the name under which devices know this console. */
export interface ConsoleWelcome {
  /** (1 to 64 characters) */
  readonly viewer: string;
  /** (at most 256 characters) */
  readonly name: string;
  /** (0 to 9007199254740991) */
  readonly now_ms: number;
  /** (default []) */
  readonly ice_servers: readonly string[];
}

/** The request with this number (`seq` of the frame that asked) was carried out. */
export interface Answered {
  /** (0 to 9007199254740991) */
  readonly request: number;
}

/** The request with this number was refused, and why. */
export interface Refused {
  /** (0 to 9007199254740991) */
  readonly request: number;
  /** (at most 256 characters) */
  readonly fault: string;
  /** (at most 2048 characters; default "") */
  readonly detail: string;
}

/** How the service is, said plainly: `ok`, or `degraded` with a sentence for the teacher. */
export interface ServiceChanged {
  readonly state: "ok" | "degraded";
  /** (at most 2048 characters; default "") */
  readonly detail: string;
}

/** The viewer's pointer is here. Sent on the channel that may lose messages. */
export interface PointerMoved {
  /** (0 to 1) */
  readonly x: number;
  /** (0 to 1) */
  readonly y: number;
}

/** A button went down or up at this place. Buttons: 1 left, 2 middle, 3 right. */
export interface PointerButton {
  /** (0 to 1) */
  readonly x: number;
  /** (0 to 1) */
  readonly y: number;
  /** (1 to 5) */
  readonly button: number;
  readonly down: boolean;
}

/** The wheel turned, in notches: `dy` positive is down, `dx` positive is right. */
export interface WheelTurned {
  /** (0 to 1) */
  readonly x: number;
  /** (0 to 1) */
  readonly y: number;
  /** (-50 to 50; default 0) */
  readonly dx?: number;
  /** (-50 to 50; default 0) */
  readonly dy?: number;
}

/**
 * A key went down or up.
 *
 * `code` is the physical key and `key` its meaning, both as in the browser's KeyboardEvent; a
 * device types `key` when it is a character, else presses the key named by `code`.
 */
export interface KeyChanged {
  /** (at most 32 characters) */
  readonly code: string;
  /** (at most 32 characters) */
  readonly key: string;
  readonly down: boolean;
}

/** The viewer's window lost the keyboard: let go of everything that is held down. */
export type KeysReleased = Readonly<Record<string, never>>;

/** Messages by their type on the wire: FROM_DEVICE. */
export interface FromDevice {
  readonly hello: Hello;
  readonly resumed: Resumed;
  readonly heartbeat: Heartbeat;
  readonly state_reported: StateReported;
  readonly window_changed: WindowChanged;
  readonly presence_changed: PresenceChanged;
  readonly user_changed: UserChanged;
  readonly view_changed: ViewChanged;
  readonly order_reported: OrderReported;
  readonly event_reported: EventReported;
  readonly earlier_reported: EarlierReported;
  readonly picture: Picture;
  readonly peer_signal: PeerSignal;
}
export type FromDeviceMessage = {
  [T in keyof FromDevice]: { readonly type: T; readonly message: FromDevice[T] };
}[keyof FromDevice];

/** Messages by their type on the wire: TO_DEVICE. */
export interface ToDevice {
  readonly challenge: Challenge;
  readonly welcome: Welcome;
  readonly acknowledged: Acknowledged;
  readonly rejected: Rejected;
  readonly state_asked: StateAsked;
  readonly viewers_changed: ViewersChanged;
  readonly orders_changed: OrdersChanged;
  readonly viewer_signal: ViewerSignal;
}
export type ToDeviceMessage = {
  [T in keyof ToDevice]: { readonly type: T; readonly message: ToDevice[T] };
}[keyof ToDevice];

/** Messages by their type on the wire: FROM_CONSOLE. */
export interface FromConsole {
  readonly heartbeat: Heartbeat;
  readonly subscribe_asked: SubscribeAsked;
  readonly unsubscribe_asked: UnsubscribeAsked;
  readonly screens_wanted: ScreensWanted;
  readonly signal_asked: SignalAsked;
  readonly lock_asked: LockAsked;
  readonly unlock_asked: UnlockAsked;
}
export type FromConsoleMessage = {
  [T in keyof FromConsole]: { readonly type: T; readonly message: FromConsole[T] };
}[keyof FromConsole];

/** Messages by their type on the wire: TO_CONSOLE. */
export interface ToConsole {
  readonly console_welcome: ConsoleWelcome;
  readonly snapshot: Snapshot;
  readonly changed: Changed;
  readonly screen_picture: ScreenPicture;
  readonly screen_signal: ScreenSignal;
  readonly answered: Answered;
  readonly refused: Refused;
  readonly service_changed: ServiceChanged;
}
export type ToConsoleMessage = {
  [T in keyof ToConsole]: { readonly type: T; readonly message: ToConsole[T] };
}[keyof ToConsole];

/** Messages by their type on the wire: BETWEEN_PEERS. */
export interface BetweenPeers {
  readonly pointer_moved: PointerMoved;
  readonly pointer_button: PointerButton;
  readonly wheel_turned: WheelTurned;
  readonly key_changed: KeyChanged;
  readonly keys_released: KeysReleased;
}
export type BetweenPeersMessage = {
  [T in keyof BetweenPeers]: { readonly type: T; readonly message: BetweenPeers[T] };
}[keyof BetweenPeers];

const TO_CONSOLE_TYPES: Readonly<Record<keyof ToConsole, string>> = {
  console_welcome: "ConsoleWelcome",
  snapshot: "Snapshot",
  changed: "Changed",
  screen_picture: "ScreenPicture",
  screen_signal: "ScreenSignal",
  answered: "Answered",
  refused: "Refused",
  service_changed: "ServiceChanged",
};

const SHAPES: Readonly<Record<string, Shape>> = {
  Monitor: {
    defaults: {"primary": false},
    records: {},
    partials: {},
  },
  DeviceState: {
    defaults: {"name": "", "connection": "never", "presence": "online", "user": "", "user_name": "", "application": "", "title": "", "monitors": [], "incomplete": [], "can_control": false, "can_block_input": false, "lock": null, "lock_state": "", "controller": "", "controller_viewer": "", "viewers": 0, "duplicate": false, "clock_skew_s": 0, "epoch": "", "seq": 0, "at_ms": 0},
    records: {"monitors": "Monitor"},
    partials: {},
  },
  LockState: {
    defaults: {"except_devices": []},
    records: {},
    partials: {},
  },
  LessonState: {
    defaults: {"locks": [], "ended": false},
    records: {"locks": "LockState"},
    partials: {},
  },
  Snapshot: {
    defaults: {},
    records: {"state": "LessonState", "devices": "DeviceState"},
    partials: {},
  },
  Changed: {
    defaults: {"devices": [], "lesson_state": null, "removed": []},
    records: {"lesson_state": "LessonState"},
    partials: {"devices": "DeviceState"},
  },
  ScreenPicture: {
    defaults: {},
    records: {},
    partials: {},
  },
  ScreenSignal: {
    defaults: {"sdp": "", "candidate": "", "mid": "", "detail": ""},
    records: {},
    partials: {},
  },
  ConsoleWelcome: {
    defaults: {"ice_servers": []},
    records: {},
    partials: {},
  },
  Answered: {
    defaults: {},
    records: {},
    partials: {},
  },
  Refused: {
    defaults: {"detail": ""},
    records: {},
    partials: {},
  },
  ServiceChanged: {
    defaults: {"detail": ""},
    records: {},
    partials: {},
  },
};

interface Shape {
  /** What a field is when it is absent on the wire. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Fields that hold a record, or a list of records, of this name. */
  readonly records: Readonly<Record<string, string>>;
  /** Fields that hold maps with only some fields of a record of this name. */
  readonly partials: Readonly<Record<string, string>>;
}

type Fields = Record<string, unknown>;

/** Each default in full, in this record and in those that it holds. */
function filled(shape: string, value: Fields, partial: boolean): Fields {
  const { defaults, records, partials } = SHAPES[shape] as Shape;
  const whole: Fields = partial ? { ...value } : { ...defaults, ...value };
  for (const [field, inner] of Object.entries(records)) {
    if (field in whole) whole[field] = filledEach(inner, whole[field], false);
  }
  for (const [field, inner] of Object.entries(partials)) {
    whole[field] = filledEach(inner, whole[field], true);
  }
  return whole;
}

function filledEach(shape: string, value: unknown, partial: boolean): unknown {
  if (Array.isArray(value)) return value.map((each) => filled(shape, each as Fields, partial));
  if (value === null || typeof value !== "object") return value;
  return filled(shape, value as Fields, partial);
}

/**
 * The payload of a frame to a console as its message, defaults filled in; null when this console
 * does not know the type (a newer hub may say more). Fields are trusted to be of their types.
 */
export function toConsoleMessage(type: string, payload: unknown): ToConsoleMessage | null {
  if (!Object.hasOwn(TO_CONSOLE_TYPES, type)) return null;
  const shape = TO_CONSOLE_TYPES[type as keyof ToConsole];
  return { type, message: filled(shape, payload as Fields, false) } as unknown as ToConsoleMessage;
}
