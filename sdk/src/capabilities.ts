/** What a visit needs and this browser lacks, in the order in which it is worth telling. */
export type MissingCapability = 'secure-context' | 'current-browser' | 'webrtc' | 'media-devices' | 'video-codec'

/**
 * Looks at what this browser can do, before anything is asked for. Nothing is missing when the answer is empty.
 * Browsers hide cameras from pages that did not come over HTTPS (or from this device): that is `secure-context`.
 */
export function missingCapabilities(): readonly MissingCapability[] {
  if (!globalThis.isSecureContext) return ['secure-context']
  // Younger than everything else that the client uses: Chrome 119, Firefox 121, Safari 17.4.
  if (typeof Promise.withResolvers !== 'function') return ['current-browser']
  if (typeof RTCPeerConnection !== 'function' || typeof RTCRtpTransceiver !== 'function') return ['webrtc']
  const missing: MissingCapability[] = []
  if (typeof navigator.mediaDevices?.getUserMedia !== 'function') missing.push('media-devices')
  const codecs = RTCRtpReceiver.getCapabilities?.('video')?.codecs
  if (codecs !== undefined && !codecs.some(({ mimeType }) => /^video\/(vp8|h264)$/i.test(mimeType))) {
    missing.push('video-codec')
  }
  return missing
}

/** Whether frames can be encrypted between the encoder and the network (WebRTC Encoded Transform). */
export function hasEncodedTransform(): boolean {
  return typeof RTCRtpScriptTransform === 'function' && 'transform' in RTCRtpSender.prototype
}

let encryptionCheck: Promise<boolean> | undefined

/**
 * Whether this browser lacks something that end-to-end encryption needs beyond `missingCapabilities`. It has it all
 * from Chrome and Edge 141, Firefox 129, Safari 17. Never rejects; asked again it gives the same answer.
 */
export function missingForEncryption(): Promise<boolean> {
  encryptionCheck ??= lacksEncryption()
  return encryptionCheck
}

async function lacksEncryption(): Promise<boolean> {
  if (!hasEncodedTransform() || typeof Worker !== 'function') return true
  const codecs = RTCRtpReceiver.getCapabilities?.('video')?.codecs
  if (codecs?.some(({ mimeType }) => /^video\/vp8$/i.test(mimeType)) === false) return true
  try {
    // Only by trying can it be known (Secure Curves in WebCrypto).
    await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])
    return false
  } catch {
    return true
  }
}

/** Whether this browser can share a screen (phones cannot). */
export function canShareScreen(): boolean {
  return typeof navigator.mediaDevices?.getDisplayMedia === 'function'
}

/** Whether this browser lets a page choose the speaker. */
export function canChooseSpeaker(): boolean {
  return 'setSinkId' in HTMLMediaElement.prototype
}
