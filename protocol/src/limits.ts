/** Bounds that both sides know. Sizes in bytes, times in milliseconds. */
export const limits = {
  protocolVersion: 1,
  /** The largest signalling message either side accepts. */
  messageBytes: 64 * 1024,
  /** Messages a connection may send at once, and per second after that. */
  messageBurst: 120,
  messagesPerSecond: 40,
  /** The first message must come within this time. */
  helloMs: 10_000,
  /** The server pings an idle connection this often, and closes it after missing two. */
  heartbeatMs: 10_000,
  /** How long somebody who dropped off keeps their place, media and missed notifications. */
  resumeMs: 45_000,
  /** Notifications kept for somebody who dropped off; past that they start afresh. */
  resumeNotifications: 512,
  /** Answers kept, so that a request sent again after a drop gets the same one. */
  resumeAnswers: 128,
  participants: 12,
  /** Those who wait, beside those who are in. */
  waiting: 24,
  producersPerParticipant: 4,
} as const
