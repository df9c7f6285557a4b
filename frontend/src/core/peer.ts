import { encodeFrame } from "../wire/codec";
import type { BetweenPeersMessage, ScreenSignal, SignalAsked } from "../wire/messages";

/** An answer and a way through must be found in this time. */
const CONNECT_MS = 12_000;

export type Signal = Pick<SignalAsked, "kind" | "sdp" | "candidate" | "mid">;

export interface PeerOptions {
  /** Numbers this attempt for the device; a newer one replaces the older. */
  readonly connection: number;
  readonly iceServers: readonly string[];
  readonly onSignal: (signal: Signal) => void;
  readonly onStream: (stream: MediaStream) => void;
  readonly onConnected: () => void;
  /** The connection is over, and why in words; nothing is called after it. */
  readonly onEnded: (reason: string) => void;
}

/** One WebRTC connection to one device: its screen comes in, pointer and keys go out. */
export class Peer {
  private readonly pc: RTCPeerConnection;
  private readonly moves: RTCDataChannel;
  private readonly keys: RTCDataChannel;
  private readonly deadline: ReturnType<typeof setTimeout>;
  private ended = false;
  private remote: Promise<void> | null = null;

  constructor(private readonly options: PeerOptions) {
    const iceServers = options.iceServers.map((urls) => ({ urls }));
    this.pc = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" });
    this.moves = this.pc.createDataChannel("moves", { ordered: false, maxRetransmits: 0 });
    this.keys = this.pc.createDataChannel("keys", { ordered: true });
    const video = this.pc.addTransceiver("video", { direction: "recvonly" });
    preferH264(video);
    // A screen that is controlled has to be seen now rather than smoothly.
    if ("jitterBufferTarget" in video.receiver) video.receiver.jitterBufferTarget = 0;
    this.pc.ontrack = ({ track }) => options.onStream(new MediaStream([track]));
    this.pc.onicecandidate = ({ candidate }) => {
      if (candidate === null || candidate.candidate === "") return;
      const mid = candidate.sdpMid ?? "";
      options.onSignal({ kind: "candidate", candidate: candidate.candidate, mid });
    };
    this.pc.onconnectionstatechange = () => this.followState();
    this.deadline = setTimeout(() => this.end("No direct path to this device."), CONNECT_MS);
  }

  get connection(): number {
    return this.options.connection;
  }

  /** Make the offer and send it at once; candidates follow as they are found. */
  async offer(): Promise<void> {
    try {
      const offer = await this.pc.createOffer();
      const set = this.pc.setLocalDescription(offer);
      if (!this.ended) this.options.onSignal({ kind: "offer", sdp: offer.sdp ?? "" });
      await set;
    } catch (error) {
      this.end(`The browser cannot make a connection (${String(error)}).`);
    }
  }

  /** Take a signal of the device for this connection. */
  async accept(signal: ScreenSignal): Promise<void> {
    if (this.ended) return;
    try {
      if (signal.kind === "answer") {
        this.remote = this.pc.setRemoteDescription({ type: "answer", sdp: signal.sdp });
        await this.remote;
      } else if (signal.kind === "candidate") {
        await this.remote;
        await this.pc.addIceCandidate({ candidate: signal.candidate, sdpMid: signal.mid });
      } else {
        this.end(signal.detail || "The device ended the connection.");
      }
    } catch (error) {
      this.end(`The device's answer was not understood (${String(error)}).`);
    }
  }

  /** Send input to the device; false when the channel is not open. */
  send(message: BetweenPeersMessage): boolean {
    const channel = message.type === "pointer_moved" ? this.moves : this.keys;
    if (channel.readyState !== "open") return false;
    channel.send(encodeFrame(message));
    return true;
  }

  /** Let go without calling back. */
  close(): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.deadline);
    this.pc.ontrack = null;
    this.pc.onicecandidate = null;
    this.pc.onconnectionstatechange = null;
    this.pc.close();
  }

  private followState(): void {
    if (this.pc.connectionState === "connected") {
      clearTimeout(this.deadline);
      this.options.onConnected();
    } else if (this.pc.connectionState === "failed" || this.pc.connectionState === "closed") {
      this.end("The direct path to this device broke.");
    }
  }

  private end(reason: string): void {
    if (this.ended) return;
    this.close();
    this.options.onEnded(reason);
  }
}

/** Endpoints encode H264 at half the cost of VP8; the others stay as a fallback. */
function preferH264(video: RTCRtpTransceiver): void {
  const codecs = RTCRtpReceiver.getCapabilities("video")?.codecs ?? [];
  const isH264 = (codec: { mimeType: string }) => codec.mimeType === "video/H264";
  video.setCodecPreferences([
    ...codecs.filter(isH264),
    ...codecs.filter((codec) => !isH264(codec)),
  ]);
}
