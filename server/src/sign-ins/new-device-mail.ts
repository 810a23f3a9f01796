import type { Device } from '@curtain/protocol'
import { inBothLanguages } from '../mail/both-languages.ts'

/**
 * What somebody is told of a device that is new to their account. From where it was stands in the account's own page and not
 * here: mail is read on its way, and an address says where somebody is.
 */
export function newDeviceMail({ at, device, publicUrl }: { at: Date; device: Device; publicUrl: string }) {
  const page = `${publicUrl}/account`
  return {
    subject: 'New sign-in to your Curtain account / Nuevo inicio de sesión en su cuenta de Curtain',
    text: inBothLanguages(english(at, device, page), spanish(at, device, page)),
  }
}

const inWords = (at: Date, language: string) =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(at)

const english = (at: Date, { browser, system }: Device, page: string) => `Somebody signed in to your Curtain account from a device or browser that it had not been used on before:

  When: ${inWords(at, 'en')} (UTC)
  Browser: ${browser || 'not known'}
  System: ${system || 'not known'}

If this was you, there is nothing to do.

If it was not you, end that session and change your password at once, and tell your security officer:
${page}`

const spanish = (at: Date, { browser, system }: Device, page: string) => `Alguien inició sesión en su cuenta de Curtain desde un dispositivo o navegador en el que no se había usado antes:

  Cuándo: ${inWords(at, 'es')} (UTC)
  Navegador: ${browser || 'desconocido'}
  Sistema: ${system || 'desconocido'}

Si fue usted, no tiene que hacer nada.

Si no fue usted, cierre esa sesión y cambie su contraseña de inmediato, y avise a su responsable de seguridad:
${page}`
