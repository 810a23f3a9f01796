import { inBothLanguages } from '../mail/both-languages.ts'

/** What somebody is told whose password was changed, in case it was not they who did it. */
export function passwordMail({ publicUrl }: { publicUrl: string }): { subject: string; text: string } {
  const page = `${publicUrl}/sign-in`
  return {
    subject: 'Your Curtain account: password changed / Su cuenta de Curtain: contraseña cambiada',
    text: inBothLanguages(english(page), spanish(page)),
  }
}

const english = (page: string) => `The password of your Curtain account was changed, and you were signed out everywhere else.

If this was you, there is nothing to do.

If it was not you, choose a new password at once, by “Forgot your password?” on this page, and call your organization:
${page}`

const spanish = (page: string) => `Se cambió la contraseña de su cuenta de Curtain, y se cerraron todas sus demás sesiones.

Si fue usted, no tiene que hacer nada.

Si no fue usted, elija de inmediato una contraseña nueva, con «¿Olvidó su contraseña?» en esta página, y llame a su organización:
${page}`
