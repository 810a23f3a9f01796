import { apiKeyInput } from '@curtain/protocol'

/**
 * Addresses and ranges as somebody types or pastes them: apart by line breaks, blanks or commas.
 * @returns null where one of them is none
 */
export function readAddresses(text: string): string[] | null {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '')
  return apiKeyInput.shape.addresses.safeParse(parts).success ? parts : null
}
