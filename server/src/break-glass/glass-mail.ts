import { inBothLanguages } from '../mail/both-languages.ts'

/**
 * What those are told who watch over access, when somebody broke the glass. Neither of whom nor why: mail is read on the way.
 * @param name of who did it
 * @param review whether whoever reads this can review it; else it goes to owners, who can see to it that somebody does
 */
export function glassMail(name: string, review: 'reviewed-by-them' | 'reviewed-by-nobody', publicUrl: string): { subject: string; text: string } {
  const [page, en, es] =
    review === 'reviewed-by-them'
      ? ['/log/reviews', 'See why, and say whether it was justified:', 'Vea por qué, y diga si estaba justificado:']
      : [
          '/people',
          'Nobody in your organization is a security officer who could review this. Make somebody one:',
          'En su organización no hay ningún responsable de seguridad que pueda revisarlo. Dé ese rol a alguien:',
        ]
  return {
    subject: 'A patient was opened in an emergency / Se abrió a un paciente en una emergencia',
    text: inBothLanguages(
      `${name} opened the record of a patient who is not theirs in an emergency, and gave a reason. The access ends by itself after 30 minutes.\n\n${en}\n${publicUrl}${page}`,
      `${name} abrió en una emergencia el expediente de un paciente que no es suyo, y dio un motivo. El acceso termina por sí solo a los 30 minutos.\n\n${es}\n${publicUrl}${page}`,
    ),
  }
}
