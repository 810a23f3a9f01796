/**
 * Puts text on the clipboard. Browsers allow the modern way on secure pages only, so a page on a plain address
 * falls back to copying what is selected.
 * @param field shows the text; it is left selected, so that a person can copy it by hand if both ways fail.
 * @returns whether it worked.
 */
export async function copyText(text: string, field: HTMLInputElement | null): Promise<boolean> {
  field?.focus()
  field?.select()
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // `clipboard` is missing or refused. The old command is deprecated, and still everywhere.
    return field !== null && document.execCommand('copy')
  }
}
