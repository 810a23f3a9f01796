export * from './types.ts'
export { createVisitClient } from './visit-client.ts'
export { VisitError, type VisitErrorCode } from './visit-error.ts'
export { exchangeLink, exchangeRoomToken, fetchTicket, postJson, readRoomToken, readVisitLink } from './http.ts'
export {
  canChooseSpeaker,
  canShareScreen,
  missingCapabilities,
  missingForEncryption,
  type MissingCapability,
} from './capabilities.ts'
export {
  chooseSpeaker,
  classifyDeviceFailure,
  DeviceError,
  devicePermission,
  listDevices,
  onDevicesChange,
  openCameraAndMicrophone,
  openDevice,
  openScreen,
  type DeviceFailure,
  type DeviceKind,
  type MediaDevice,
} from './devices.ts'
export { rememberDevice, rememberedDevice } from './remembered-devices.ts'
export { createLevelMeter, type LevelMeter } from './level-meter.ts'
export { playTestTone } from './test-tone.ts'
