import { inBothLanguages } from '../mail/both-languages.ts'

/** What those who watch over a log are told that is not what was signed and kept. */
export function brokenLogMail(publicUrl: string): { subject: string; text: string } {
  const page = `${publicUrl}/log/state`
  return {
    subject: 'The audit log is not as it should be / El registro de auditoría no está como debería',
    text: inBothLanguages(english(page), spanish(page)),
  }
}

const english = (page: string) => `The server looked at your organization’s audit log and found that it was changed, or that a checkpoint which was kept outside the database was.

Do not delete anything. Keep the database, its backups and all checkpoints as they are, and call whoever runs the server.

What was found:
${page}`

const spanish = (page: string) => `El servidor revisó el registro de auditoría de su organización y encontró que se había cambiado, o que se había cambiado un punto de control guardado fuera de la base de datos.

No borre nada. Conserve la base de datos, sus copias de seguridad y todos los puntos de control como están, y llame a quien administra el servidor.

Qué se encontró:
${page}`
