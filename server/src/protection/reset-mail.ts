import { inBothLanguages } from '../mail/both-languages.ts'

/** What somebody is told whose second factors an owner or administrator took off their account. */
export function resetMail({ publicUrl }: { publicUrl: string }): { subject: string; text: string } {
  const page = `${publicUrl}/sign-in`
  return {
    subject: 'Your Curtain account: second factors removed / Su cuenta de Curtain: segundos factores eliminados',
    text: inBothLanguages(english(page), spanish(page)),
  }
}

const english = (page: string) => `An administrator of your organization removed the passkeys, the authenticator app and the recovery codes from your Curtain account, and you were signed out everywhere.

Sign in with your password. You will be led through setting up a passkey or an authenticator app again:
${page}

If you did not ask for this, call your organization at once.`

const spanish = (page: string) => `Un administrador de su organización eliminó de su cuenta de Curtain las llaves de acceso, la aplicación de autenticación y los códigos de recuperación, y se cerraron todas sus sesiones.

Inicie sesión con su contraseña. Se le guiará para configurar de nuevo una llave de acceso o una aplicación de autenticación:
${page}

Si usted no lo pidió, llame a su organización de inmediato.`
