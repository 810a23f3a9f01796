/** Bounds that both sides know. Sizes in bytes, times in milliseconds. */
export const limits = {
  protocolVersion: 1,
  /** The largest signalling message either side accepts: a commit with the welcome for those it adds. */
  messageBytes: 128 * 1024,
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

  /** MLS messages, before base64url. A welcome holds the whole tree: some 2 kB for each of `participants`. */
  mlsKeyPackageBytes: 4 * 1024,
  mlsProposalBytes: 5 * 1024,
  mlsCommitBytes: 32 * 1024,
  mlsWelcomeBytes: 56 * 1024,
  mlsDataBytes: 12 * 1024,
  rosterBytes: 16 * 1024,
  /** In UTF-16 units. */
  chatLength: 2000,
  /** The member who is asked to commit has this long; then the next one is asked. */
  commitMs: 2000,
  /** How far a device's clock may be off (a wrong time zone is no more than this) before it is told to set it. */
  clockSkewMs: 18 * 60 * 60_000,
  /** How far from now, to both sides, the lifetime of a key package reaches. */
  keyPackageLifetimeMs: 20 * 60 * 60_000,
  /** Media keys of an epoch that is over stay this long, for frames in flight. */
  frameKeyGraceMs: 10_000,
} as const
