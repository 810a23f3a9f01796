/** What leads somebody to a new password. In both languages: which of them its reader has is not known. */
export function newPasswordMail(organization: string, url: string): { subject: string; text: string } {
  return {
    subject: `A new password for your account at ${organization} · Una contraseña nueva para su cuenta en ${organization}`,
    text: [
      `Open this link to choose a new password for your account at ${organization}. It works once, for 30 minutes: give it to nobody`,
      'else. If you did not ask for it, there is nothing to do: your password stays as it is.',
      '',
      `Abra este enlace para elegir una contraseña nueva para su cuenta en ${organization}. Funciona una vez, durante 30 minutos: no se`,
      'lo dé a nadie más. Si usted no lo pidió, no tiene que hacer nada: su contraseña sigue igual.',
      '',
      url,
    ].join('\n'),
  }
}
